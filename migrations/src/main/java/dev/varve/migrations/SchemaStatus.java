package dev.varve.migrations;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How far one schema has come. */
public record SchemaStatus(String schema, List<Step> steps) {

    public SchemaStatus {
        steps = List.copyOf(steps);
    }

    /**
     * One version of the schema.
     *
     * @param version 0 for a repeatable file
     * @param state pending, applied, changed (the file is not what was run) or unknown (run by a newer release)
     * @param installedOn when it was run; null if it was not
     */
    public record Step(
            int version,
            String description,
            State state,
            @Nullable Instant installedOn) {

        /** The words of the file name, as they are written there. */
        String name() {
            return description.replace(' ', '_');
        }
    }

    public enum State {
        APPLIED,
        PENDING,
        CHANGED,
        UNKNOWN
    }

    /** The highest version that was run; 0 if none was. */
    public int current() {
        return steps.stream()
                .filter(step -> step.state() != State.PENDING)
                .mapToInt(Step::version)
                .max()
                .orElse(0);
    }

    public List<Step> pending() {
        return steps.stream().filter(step -> step.state() == State.PENDING).toList();
    }

    /** True if the schema is exactly what this release expects. */
    public boolean upToDate() {
        return steps.stream().allMatch(step -> step.state() == State.APPLIED);
    }
}
