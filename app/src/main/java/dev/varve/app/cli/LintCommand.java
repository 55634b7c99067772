package dev.varve.app.cli;

import dev.varve.app.operator.OperatorError;
import picocli.CommandLine.Command;

/** Stands here for its help; the launcher does it itself, because it works on the sources. */
@CommandGroup(CommandGroup.Heading.DEVELOP)
@Command(
        name = "lint",
        description = "Check format, compiler warnings, bug patterns and dependencies; run no test.",
        footer = {"", "What follows 'lint' is handed to Maven, e.g. ./varve lint -pl app -am."})
final class LintCommand implements Runnable {

    @Override
    public void run() {
        throw new OperatorError("only the launcher can do that: run ./varve lint");
    }
}
