package dev.varve.outbox;

import org.jspecify.annotations.Nullable;

/** The row of a subscription was written by somebody's hand or by a newer version, and cannot be read. */
public final class SubscriptionUnreadableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SubscriptionUnreadableException(String name, RuntimeException cause) {
        super("subscription '%s' cannot be read: %s".formatted(name, reason(cause)), cause);
    }

    private static @Nullable String reason(RuntimeException cause) {
        return cause instanceof IllegalArgumentException ? cause.getMessage() : cause.toString();
    }
}
