package dev.varve.migrations;

import org.jspecify.annotations.Nullable;

/**
 * A migration was not run. The message is for the operator: which schema and version, which statement, why, in what
 * state the schema is, and what to do.
 */
public final class MigrationFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MigrationFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
