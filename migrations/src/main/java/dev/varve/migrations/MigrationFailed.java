package dev.varve.migrations;

import java.util.List;
import java.util.stream.Collectors;
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

    /** The same with what the command had done before. */
    MigrationFailed after(List<AppliedMigration> takenBack) {
        if (takenBack.isEmpty()) {
            return this;
        }
        String steps = takenBack.stream()
                .map(step -> "%s V%s".formatted(step.schema(), step.version()))
                .collect(Collectors.joining(", "));
        return new MigrationFailed("%s%nTaken back before that: %s.".formatted(getMessage(), steps), this);
    }
}
