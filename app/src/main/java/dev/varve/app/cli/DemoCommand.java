package dev.varve.app.cli;

import dev.varve.app.assembly.Application;
import dev.varve.app.database.Database;
import dev.varve.migrations.AppliedMigration;
import dev.varve.migrations.Migrations;
import dev.varve.outbox.FailurePolicy;
import dev.varve.outbox.MessageLog;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.Subscription;
import dev.varve.outbox.SubscriptionFilter;
import dev.varve.outbox.Subscriptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The main job in one command: database, migrations, data, server. */
@CommandGroup(CommandGroup.Heading.RUN)
@Command(
        name = "demo",
        description = "Migrate, import the sample data that comes with Varve, and serve it.",
        footer = {"", "Run it as often as you like: what is there already is not recorded again."})
final class DemoCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    private static final String SUBSCRIPTION = "demo";

    /** Its messages are not those of an installation that somebody lives on. */
    private static final Map<String, String> SETTINGS = Map.of("varve.feed.source", "urn:varve:demo:{context}");

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Override
    public Integer call() throws InterruptedException, IOException {
        InetSocketAddress address = server.free();
        PrintWriter out = spec.commandLine().getOut();
        try (Database database = options.open()) {
            sayWhere(out, database);
            List<AppliedMigration> applied = new Migrations(database.dataSource()).up();
            out.println(
                    applied.isEmpty()
                            ? "Schemas   up to date"
                            : "Schemas   %d migrations run".formatted(applied.size()));
            out.flush();
            subscribe(database);
            ConfigurableApplicationContext application = Application.withWebQuietly(database, address, SETTINGS);
            List<Demonstration> demonstrations = Demonstration.ofAllContexts();
            for (Demonstration demonstration : demonstrations) {
                int exitCode = load(demonstration, application);
                if (exitCode != ExitCode.OK) {
                    return exitCode;
                }
            }
            CatchingUp.await(application, out);
            sayWhatToTry(out, address, demonstrations);
            Application.awaitClose(application);
        }
        return ExitCode.OK;
    }

    private static void sayWhere(PrintWriter out, Database database) {
        if (database.isEmbedded()) {
            out.println("Data      " + database.folder());
        }
        out.println(
                "Database  %s (%s)".formatted(database.jdbcUrl(), database.wasRunning() ? "was running" : "started"));
    }

    /** Somebody who gets all public messages, so that there is a log and a feed to watch. */
    private static void subscribe(Database database) {
        MessageLog messages = new MessageLog(database.dataSource());
        Subscriptions subscriptions = new Subscriptions(database.dataSource(), messages);
        if (subscriptions.all().stream().noneMatch(known -> known.name().equals(SUBSCRIPTION))) {
            subscriptions.add(
                    new Subscription(
                            SUBSCRIPTION,
                            "log",
                            Map.of("payload", "true"),
                            Map.of(),
                            SubscriptionFilter.EVERYTHING,
                            FailurePolicy.DEFAULT),
                    new StartPosition.Beginning(),
                    null,
                    "demo");
        }
    }

    private int load(Demonstration demonstration, ConfigurableApplicationContext application) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.println(demonstration.title());
        out.flush();
        List<String> arguments =
                demonstration.prepareImport(options.folder().resolve("demo").toAbsolutePath());
        return CommandLineInterface.of(arguments, ContextCommands.of(application))
                .setOut(out)
                .setErr(spec.commandLine().getErr())
                .execute(arguments.toArray(String[]::new));
    }

    private static void sayWhatToTry(PrintWriter out, InetSocketAddress address, List<Demonstration> demonstrations) {
        String server = "http://%s:%d".formatted(address.getHostString(), address.getPort());
        out.println();
        out.println("Varve serves on " + server + ". Try:");
        for (Demonstration demonstration : demonstrations) {
            demonstration
                    .requests()
                    .forEach(request -> out.println(
                            "  %s%n      curl -s '%s%s'".formatted(request.shows(), server, request.path())));
        }
        out.println(
                "  public messages, live (the log has them, too: ./varve outbox list)%n      curl -sN -H 'Accept: text/event-stream' '%s/feed/%s?since=beginning'"
                        .formatted(server, SUBSCRIPTION));
        out.println("  every command and query, to read and to try%n      %s/docs".formatted(server));
        out.println("  how it feels%n      curl -s %s/actuator/health".formatted(server));
        out.println("Ctrl-C stops server and database; the data stays.");
        out.flush();
    }
}
