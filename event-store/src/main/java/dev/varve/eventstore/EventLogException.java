package dev.varve.eventstore;

import org.jspecify.annotations.Nullable;

/** The database could not answer. */
public final class EventLogException extends RuntimeException {

    EventLogException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
