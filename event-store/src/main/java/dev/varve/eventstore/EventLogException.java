package dev.varve.eventstore;

/** The database could not answer. */
public final class EventLogException extends RuntimeException {

    EventLogException(String message, Throwable cause) {
        super(message, cause);
    }
}
