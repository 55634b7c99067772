package dev.varve.outbox;

/** There is no subscription of that name. */
public final class SubscriptionUnknownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SubscriptionUnknownException(String name) {
        super("there is no subscription '%s'".formatted(name));
    }
}
