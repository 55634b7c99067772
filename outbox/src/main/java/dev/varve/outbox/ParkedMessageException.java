package dev.varve.outbox;

/** What is asked for does not fit what is parked. */
public final class ParkedMessageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ParkedMessageException(String message) {
        super(message);
    }
}
