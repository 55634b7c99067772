package dev.varve.outbox;

/** A subscription gets one replay at a time. */
public final class ReplayRunningException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ReplayRunningException(String subscription) {
        super("a replay to subscription '%s' is running; cancel it or wait for its end".formatted(subscription));
    }
}
