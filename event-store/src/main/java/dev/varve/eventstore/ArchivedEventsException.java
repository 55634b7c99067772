package dev.varve.eventstore;

/** Someone asked for events that were moved from the log into an archive file. */
public final class ArchivedEventsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ArchivedEventsException(String what, long tail) {
        super(
                "%s was archived: the log begins at position %d; attach the file again (./varve log archive --attach FILE)"
                        .formatted(what, tail + 1));
    }
}
