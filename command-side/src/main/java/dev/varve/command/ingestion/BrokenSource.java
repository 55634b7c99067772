package dev.varve.command.ingestion;

import org.jspecify.annotations.Nullable;

/** A source that cannot be read as a whole; found before the run starts, so nothing was changed. */
public final class BrokenSource extends Exception {

    private static final long serialVersionUID = 1L;

    /** The message says which file, which line where there is one, and what was expected. */
    public BrokenSource(String message) {
        this(message, null);
    }

    public BrokenSource(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
