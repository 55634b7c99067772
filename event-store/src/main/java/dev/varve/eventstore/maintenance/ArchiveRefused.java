package dev.varve.eventstore.maintenance;

/** Something stands against archiving or attaching; the message says what, and nothing was changed by the step it names. */
public final class ArchiveRefused extends RuntimeException {

    private static final long serialVersionUID = 1;

    ArchiveRefused(String message) {
        super(message);
    }

    ArchiveRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
