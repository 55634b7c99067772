package dev.varve.app.cli;

import dev.varve.app.operator.OperatorError;
import picocli.CommandLine.Command;

/** Stands here for its help; the launcher runs the verification itself, because it needs no running Varve. */
@CommandGroup(CommandGroup.Heading.DEVELOP)
@Command(
        name = "test",
        description = "Run the whole verification: format, compile, checks, all tests.",
        footer = {
            "",
            "What follows 'test' is handed to Maven, e.g. ./varve test -pl app -am.",
            "VARVE_TEST_DATABASE=embedded|testcontainers says where the tests' PostgreSQL comes from."
        })
final class TestCommand implements Runnable {

    @Override
    public void run() {
        throw new OperatorError("only the launcher can do that: run ./varve test");
    }
}
