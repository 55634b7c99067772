package dev.varve.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of all commands. A new command is one class and one line here. */
@Command(
        name = "varve",
        description = "Events written once, in order, and read as history.",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            StatusCommand.class,
            KeysCommand.class,
            PersonalKeysCommand.class,
            EraseCommand.class,
            ImportCommand.class,
            SeedCommand.class,
            MigrateCommand.class,
            LogCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            OutboxCommand.class,
            ProjectionCommand.class,
            ReplayCommand.class,
            TestCommand.class,
            LintCommand.class,
            GenerateCommand.class,
            BenchCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "Every command answers to --help.",
            "Exit codes: 0 success, 1 failure, 2 wrong usage. VARVE_DEBUG=1 shows the cause of a failure."
        })
final class VarveCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
