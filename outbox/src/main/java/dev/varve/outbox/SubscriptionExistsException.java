package dev.varve.outbox;

/** There is a subscription of that name. */
public final class SubscriptionExistsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SubscriptionExistsException(String name) {
        super("there is a subscription '%s' already".formatted(name));
    }
}
