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

    /** The same with the versions that the command had run before, which stay. */
    MigrationFailed after(String done, List<AppliedMigration> before) {
        String versions = before.stream()
                .filter(step -> !step.version().isEmpty())
                .map(step -> "%s V%s".formatted(step.schema(), step.version()))
                .collect(Collectors.joining(", "));
        return versions.isEmpty()
                ? this
                : new MigrationFailed("%s%n%s before that: %s.".formatted(getMessage(), done, versions), this);
    }
}
