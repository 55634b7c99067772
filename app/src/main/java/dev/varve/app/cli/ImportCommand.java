package dev.varve.app.cli;

import dev.varve.app.assembly.Application;
import dev.varve.app.database.Database;
import java.util.function.ToIntFunction;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The parent of all that contexts can import; each of them brings its own subcommands. */
@CommandGroup(CommandGroup.Heading.LOAD)
@Command(name = ImportCommand.NAME, description = "Read a file from elsewhere and write what it says as events.")
final class ImportCommand implements Runnable {

    static final String NAME = "import";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "what to import is missing");
    }

    /** Runs the application without its web server around one import. */
    int runWithApplication(ToIntFunction<ApplicationContext> command) {
        try (Database database = options.openMigrated()) {
            ConfigurableApplicationContext application = Application.withoutWeb(database);
            int exitCode = command.applyAsInt(application);
            boolean caughtUp = CatchingUp.await(application, spec.commandLine().getErr());
            return exitCode == ExitCode.OK && !caughtUp ? ExitCode.SOFTWARE : exitCode;
        }
    }
}
