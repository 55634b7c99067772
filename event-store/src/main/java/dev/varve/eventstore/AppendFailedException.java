package dev.varve.eventstore;

import org.jspecify.annotations.Nullable;

/** The machine broke or would not take the append. */
public final class AppendFailedException extends RuntimeException {

    private final boolean maybeWritten;

    AppendFailedException(String message, boolean maybeWritten, @Nullable Throwable cause) {
        super(message, cause);
        this.maybeWritten = maybeWritten;
    }

    /** Whether the events may be in the log nevertheless; a repetition with the same event ids is harmless. */
    public boolean maybeWritten() {
        return maybeWritten;
    }
}
