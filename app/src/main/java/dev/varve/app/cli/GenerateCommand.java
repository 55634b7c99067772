package dev.varve.app.cli;

import dev.varve.app.operator.OperatorError;
import picocli.CommandLine.Command;

/** Stands here for its help; the launcher does it itself, because it works on the sources. */
@CommandGroup(CommandGroup.Heading.DEVELOP)
@Command(
        name = "generate",
        description = "Generate the query classes from the migrations, on an embedded PostgreSQL.",
        footer = {"", "The classes are tracked; a test fails when they differ from the migrations."})
final class GenerateCommand implements Runnable {

    @Override
    public void run() {
        throw new OperatorError("only the launcher can do that: run ./varve generate");
    }
}
