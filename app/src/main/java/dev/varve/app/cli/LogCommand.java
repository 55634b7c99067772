package dev.varve.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What an operator does with the log itself. A new command is one class and one entry in {@code subcommands}. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(
        name = "log",
        description = "Take over, inspect and maintain the log of events.",
        subcommands = {
            LogAdoptCommand.class,
            LogPartitionsCommand.class,
            LogVerifyCommand.class,
            LogArchiveCommand.class
        })
final class LogCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw MissingSubcommand.of(spec);
    }
}
