package dev.varve.query;

import java.util.List;

/**
 * Addresses that may be asked with GET by anybody, credentials or not. A context declares them as a bean, for what its
 * predecessor answered so; what is there must say nothing of any person or customer.
 *
 * @param patterns as Spring MVC writes them
 */
public record OpenAddresses(List<String> patterns) {

    public OpenAddresses {
        patterns = List.copyOf(patterns);
    }
}
