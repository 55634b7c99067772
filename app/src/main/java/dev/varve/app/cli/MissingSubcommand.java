package dev.varve.app.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Wrong usage of a command that does nothing by itself. */
final class MissingSubcommand {

    private MissingSubcommand() {}

    static ParameterException of(CommandSpec spec) {
        return new ParameterException(
                spec.commandLine(),
                "say what to do: " + String.join(", ", spec.subcommands().keySet()));
    }
}
