package dev.varve.command.ingestion;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every import has; a picocli mixin. */
public final class ImportOptions {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print only the report: no progress, no single rejections.")
    private boolean quiet;

    @Option(names = "--json", description = "Print the report as JSON, and nothing else on standard output.")
    private boolean json;

    @Option(
            names = "--dry-run",
            description = "Read and check everything, say what would be recorded, and write nothing.")
    private boolean dryRun;

    @Option(
            names = "--in-order",
            description =
                    "Write one row after the other, so that the log keeps the order of the source over all streams;"
                            + " slower. Otherwise only the rows of one stream keep their order.")
    private boolean inOrder;

    /** How far the import is to go. */
    public ImportMode mode() {
        return dryRun ? ImportMode.DRY_RUN : inOrder ? ImportMode.WRITE_IN_ORDER : ImportMode.WRITE;
    }

    /** The console of the command line that these options were given on. */
    public IngestionConsole console() {
        if (command == null) {
            throw new IllegalStateException("options are asked before a command line was parsed");
        }
        return IngestionConsole.of(
                command.commandLine().getOut(), command.commandLine().getErr(), quiet, json);
    }
}
