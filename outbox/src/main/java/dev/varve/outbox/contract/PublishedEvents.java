package dev.varve.outbox.contract;

import java.util.List;

/**
 * What a context tells others of its events; a bean of each context that tells anything.
 *
 * @param <E> the context's events, a sealed interface, over which {@link #messages} switches without a {@code default}
 */
public interface PublishedEvents<E> {

    Class<E> events();

    /** Asked for each event just before it is written, and written with it. Must be quick and depend on nothing else. */
    List<PublicMessage> messages(E event);
}
