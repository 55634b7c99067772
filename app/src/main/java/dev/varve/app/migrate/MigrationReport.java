package dev.varve.app.migrate;

import dev.varve.migrations.AppliedMigration;
import dev.varve.migrations.Drift;
import dev.varve.migrations.PlannedScript;
import dev.varve.migrations.SchemaStatus;
import dev.varve.migrations.Verification.Finding;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints what the migration tool did or found; the words are those of the runbooks in docs/operations.md. */
public final class MigrationReport {

    private static final int LONGEST_DEFINITION = 160;

    private final PrintWriter out;

    public MigrationReport(PrintWriter out) {
        this.out = out;
    }

    public void ran(List<AppliedMigration> applied) {
        applied.forEach(migration -> out.printf("  %-12s %s%n", migration.schema(), words(migration)));
        out.println(applied.isEmpty() ? "Nothing to run." : "%d run.".formatted(applied.size()));
    }

    public void tookBack(List<AppliedMigration> takenBack) {
        takenBack.forEach(migration -> out.printf("  %-12s %s%n", migration.schema(), words(migration)));
        out.println(takenBack.isEmpty() ? "Nothing to take back." : "%d taken back.".formatted(takenBack.size()));
    }

    public void status(List<SchemaStatus> schemas) {
        for (SchemaStatus schema : schemas) {
            out.printf(
                    "%s at version %d, %d pending%n",
                    schema.schema(), schema.current(), schema.pending().size());
            for (SchemaStatus.Step step : schema.steps()) {
                out.printf(
                        "  %-4s %-10s %-20s %s%n",
                        step.version() == 0 ? "R" : "V" + step.version(),
                        step.state().name().toLowerCase(Locale.ROOT),
                        step.installedOn() == null
                                ? ""
                                : step.installedOn().toString().substring(0, 19) + "Z",
                        step.description());
            }
        }
    }

    /** Every schema in a line, and below it each object that differs. */
    public void verified(List<Finding> findings) {
        for (Finding finding : findings) {
            out.printf("%-12s %s%n", finding.schema(), words(finding));
            finding.drift().forEach(drift -> out.println("  " + words(drift)));
        }
    }

    public void planned(List<PlannedScript> scripts) {
        for (PlannedScript script : scripts) {
            out.printf("-- %s%n%s%n", script.file(), script.sql().strip());
            out.println();
        }
        if (scripts.isEmpty()) {
            out.println("-- Nothing to run.");
        }
    }

    private static String words(AppliedMigration migration) {
        boolean repeatable = migration.version() == null || migration.version().isEmpty();
        return "%-4s %s".formatted(repeatable ? "R" : "V" + migration.version(), migration.description());
    }

    private static String words(Finding finding) {
        String differences = finding.drift().isEmpty()
                ? "clean"
                : finding.drift().size() == 1 ? "1 difference" : finding.drift().size() + " differences";
        return switch (finding.state()) {
            case ABSENT -> "not there yet";
            case VERSIONED -> "version %d, %s".formatted(finding.version(), differences);
            case UNVERSIONED ->
                finding.drift().isEmpty()
                        ? "without history, equals version %d".formatted(finding.version())
                        : "without history, nearest is version %d with %s".formatted(finding.version(), differences);
        };
    }

    private static String words(Drift drift) {
        return switch (drift) {
            case Drift.Missing(String object, String expected) ->
                "missing     %s: %s".formatted(object, line(expected));
            case Drift.Unexpected(String object, String actual) -> "unexpected  %s: %s".formatted(object, line(actual));
            case Drift.Different(String object, String expected, String actual) ->
                "different   %s: %s, not %s".formatted(object, line(actual), line(expected));
        };
    }

    private static String line(String definition) {
        String line = definition.strip().replaceAll("\\s+", " ");
        if (line.isEmpty()) {
            return "(as it is)";
        }
        return line.length() <= LONGEST_DEFINITION ? line : line.substring(0, LONGEST_DEFINITION) + " …";
    }
}
