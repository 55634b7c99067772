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

    /** The console of the command line that these options were given on. */
    public IngestionConsole console() {
        if (command == null) {
            throw new IllegalStateException("options are asked before a command line was parsed");
        }
        return IngestionConsole.of(
                command.commandLine().getOut(), command.commandLine().getErr(), quiet);
    }
}
