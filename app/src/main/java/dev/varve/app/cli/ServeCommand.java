package dev.varve.app.cli;

import dev.varve.app.assembly.Application;
import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.migrations.Migrations;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a server until it is told to end. */
@CommandGroup(CommandGroup.Heading.RUN)
@Command(
        name = "serve",
        description = "Serve the command and query API.",
        footer = {
            "",
            "Ctrl-C or SIGTERM ends it: requests are finished, then the embedded PostgreSQL stops with its last user."
        })
final class ServeCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(
            names = "--migrate",
            description = "Migrate the database of --database-url first; the embedded one always is.")
    private boolean migrate;

    @Override
    public Integer call() throws InterruptedException {
        InetSocketAddress address = server.free();
        try (Database database = options.open()) {
            prepare(database);
            ConfigurableApplicationContext application = Application.withWeb(database, address);
            spec.commandLine()
                    .getOut()
                    .println("Varve serves on http://%s:%d - Ctrl-C stops it"
                            .formatted(address.getHostString(), address.getPort()));
            Application.awaitClose(application);
        }
        return 0;
    }

    private void prepare(Database database) {
        Migrations migrations = new Migrations(database.dataSource());
        if (database.isEmbedded() || migrate) {
            migrations.up();
        } else if (!migrations.upToDate()) {
            throw new OperatorError("the schemas of %s are not those of this release: see ./varve migrate status, then"
                            .formatted(database.jdbcUrl())
                    + " run ./varve migrate up, or serve with --migrate");
        }
    }
}
