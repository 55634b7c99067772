package dev.varve.app.cli;

import dev.varve.app.backup.Backups;
import dev.varve.app.database.Database;
import dev.varve.app.migrate.MigrationReport;
import dev.varve.app.operator.OperatorError;
import dev.varve.command.ingestion.Terminal;
import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.migrations.MigrationFailed;
import dev.varve.migrations.Migrations;
import dev.varve.migrations.RowLoss;
import dev.varve.migrations.Scaffold;
import dev.varve.migrations.Timeouts;
import dev.varve.migrations.Verification;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Everything an operator does with the schemas; each subcommand is a method. */
@CommandGroup(CommandGroup.Heading.OPERATE)
@Command(name = "migrate", description = "Bring the schemas up to date, take them back, compare them.")
final class MigrateCommand implements Runnable {

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Option(
            names = "--lock-timeout",
            paramLabel = "SECONDS",
            scope = ScopeType.INHERIT,
            description = "Longest wait for one lock, while all traffic on that table waits behind (default: 5).")
    private int lockTimeout = (int) Timeouts.DEFAULT.lock().toSeconds();

    @Option(
            names = "--statement-timeout",
            paramLabel = "SECONDS",
            scope = ScopeType.INHERIT,
            description = "Longest run of one statement (default: 900).")
    private int statementTimeout = (int) Timeouts.DEFAULT.statement().toSeconds();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw MissingSubcommand.of(spec);
    }

    @Command(name = "up", description = "Run what is missing, schema by schema.")
    int up() {
        return withDatabase(database -> {
            report().ran(migrations(database).up());
            return 0;
        });
    }

    @Command(name = "down", description = "Take back the last N that were run.")
    int down(
            @Parameters(index = "0", paramLabel = "N", defaultValue = "1", description = "How many (default: 1).")
                    int count,
            @Option(names = "--schema", description = "Only in this schema.") @Nullable String schema,
            @Option(names = "--lose-rows", description = "Go on where rows are lost.") boolean loseRows) {
        if (count < 1) {
            throw wrong("N must be at least 1, not " + count);
        }
        return withDatabase(database -> {
            Migrations migrations = migrations(database);
            report().tookBack(
                            schema == null
                                    ? migrations.downLast(count, rowLoss(loseRows))
                                    : migrations.down(schema, count, rowLoss(loseRows)));
            return 0;
        });
    }

    @Command(name = "to", description = "Bring a schema up or down to a version; 0 removes it.")
    int to(
            @Parameters(index = "0", paramLabel = "VERSION", description = "The version to arrive at.") int version,
            @Option(names = "--schema", description = "Which schema; without it, only 0 has a meaning: all of them.")
                    @Nullable String schema,
            @Option(names = "--lose-rows", description = "Go on where rows are lost.") boolean loseRows) {
        if (schema == null && version != 0) {
            throw wrong("each schema counts its own versions: say which with --schema");
        }
        return withDatabase(database -> {
            Migrations migrations = migrations(database);
            List<String> schemas = schema == null ? migrations.schemas().reversed() : List.of(schema);
            boolean up = schema != null
                    && migrations.status().stream().anyMatch(s -> s.schema().equals(schema) && s.current() < version);
            for (String each : schemas) {
                var steps = migrations.to(each, version, rowLoss(loseRows));
                if (up) {
                    report().ran(steps);
                } else {
                    report().tookBack(steps);
                }
            }
            return 0;
        });
    }

    @Command(name = "status", description = "Show how far each schema has come; 1 if anything is pending or changed.")
    int status() {
        return withDatabase(database -> {
            Migrations migrations = migrations(database);
            report().status(migrations.status());
            return migrations.upToDate() ? 0 : 1;
        });
    }

    @Command(
            name = "verify",
            description =
                    "Build the schemas from nothing in a database beside and list what differs; 1 if anything does.")
    int verify() {
        return withDatabase(database -> {
            var findings = new Verification(database).run();
            report().verified(findings);
            return findings.stream().allMatch(Verification.Finding::clean) ? 0 : 1;
        });
    }

    @Command(
            name = "baseline",
            description =
                    "Give a history to schemas that have none and equal a version exactly; list what the others lack.")
    int baseline() {
        return withDatabase(database -> {
            var findings = new Verification(database).baseline();
            report().verified(findings);
            long stamped = findings.stream()
                    .filter(finding -> finding.state() == Verification.State.UNVERSIONED)
                    .filter(finding -> finding.drift().isEmpty())
                    .count();
            out().println(stamped + " stamped.");
            return findings.stream().allMatch(finding -> finding.drift().isEmpty()) ? 0 : 1;
        });
    }

    @Command(name = "sql", description = "Print the SQL that would run, and run nothing.")
    int sql(
            @Option(names = "--down", paramLabel = "N", description = "What 'down N' would run.") @Nullable Integer down,
            @Option(names = "--schema", description = "With --down: only in this schema.") @Nullable String schema) {
        if (down == null && schema != null) {
            throw wrong("--schema goes with --down");
        }
        return withDatabase(database -> {
            Migrations migrations = migrations(database);
            if (down == null) {
                report().planned(migrations.plannedUp());
            } else if (schema == null) {
                report().planned(migrations.plannedDownLast(down));
            } else {
                report().planned(migrations.plannedDown(schema, down));
            }
            return 0;
        });
    }

    @Command(name = "new", description = "Start a migration: the next number of a schema, up and down.")
    int create(
            @Parameters(index = "0", paramLabel = "MESSAGE", description = "What it does, in a few words.")
                    String message,
            @Option(names = "--schema", required = true, description = "Which schema.") String schema,
            @Option(
                            names = "--sources",
                            paramLabel = "DIR",
                            defaultValue = "migrations/src/main/resources/varve/migration",
                            description = "Where the SQL lies (default: ${DEFAULT-VALUE}).")
                    Path sources) {
        try {
            new Scaffold(sources).create(schema, message).forEach(out()::println);
            return 0;
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    @Command(name = "reset", description = "Take a backup, then drop every schema of Varve and make it anew.")
    int reset(
            @Option(names = "--yes", description = "Do not ask.") boolean yes,
            @Option(
                            names = "--backup-dir",
                            paramLabel = "DIR",
                            defaultValue = "backups",
                            description = "The folder of backups (default: ./${DEFAULT-VALUE}).")
                    Path backups,
            @Option(names = "--no-backup", description = "Take none: what is dropped is gone.") boolean noBackup) {
        try (Database database = options.open()) {
            Migrations migrations = migrations(plain(database));
            String backup = noBackup ? "none" : backedUp(database, backups).toString();
            out().println(noBackup ? "No backup is taken." : "Backup       " + backup);
            if (!yes && !confirmed()) {
                throw new OperatorError("nothing was dropped; answer yes, or say --yes");
            }
            report().ran(migrations.reset());
            remember(database, backup);
            return 0;
        } catch (MigrationFailed e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    /** In the new log, as the old one is gone. */
    private static void remember(Database database, String backup) {
        try (Connection connection = database.dataSource().getConnection()) {
            OperatorActions.record(
                    connection,
                    new OperatorAction(CliActor.name(), "reset", "schemas", null, Map.of("backup", backup)));
        } catch (SQLException e) {
            throw new OperatorError("everything was made anew, but not put on record: " + e.getMessage(), e);
        }
    }

    private Path backedUp(Database database, Path backups) {
        BackupLine line = new BackupLine(spec.commandLine().getErr(), Terminal.isAttached());
        try {
            return new Backups(backups, Clock.systemUTC(), line).take(database).folder();
        } catch (OperatorError e) {
            throw new OperatorError(
                    "nothing was dropped, because there is no backup: %s. To go on without one, say --no-backup"
                            .formatted(e.getMessage()),
                    e);
        } finally {
            line.end();
        }
    }

    private boolean confirmed() {
        out().print("Drop every schema of Varve with all its data? Type yes: ");
        out().flush();
        Scanner typed = new Scanner(System.in, StandardCharsets.UTF_8);
        return typed.hasNextLine() && typed.nextLine().strip().equals("yes");
    }

    private int withDatabase(ToIntFunction<PGSimpleDataSource> work) {
        try (Database database = options.open()) {
            return work.applyAsInt(plain(database));
        } catch (MigrationFailed e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private static PGSimpleDataSource plain(Database database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.jdbcUrl());
        if (database.user() != null) {
            dataSource.setUser(database.user());
        }
        if (database.password() != null) {
            dataSource.setPassword(database.password());
        }
        return dataSource;
    }

    private Migrations migrations(PGSimpleDataSource database) {
        return new Migrations(
                database, new Timeouts(Duration.ofSeconds(lockTimeout), Duration.ofSeconds(statementTimeout)));
    }

    private static RowLoss rowLoss(boolean loseRows) {
        return loseRows ? RowLoss.ALLOWED : RowLoss.REFUSED;
    }

    private MigrationReport report() {
        return new MigrationReport(out());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private ParameterException wrong(@Nullable String message) {
        return new ParameterException(spec.commandLine(), message == null ? "wrong usage" : message);
    }
}
