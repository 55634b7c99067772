package dev.varve.app.cli;

import dev.varve.app.assembly.EventTypes;
import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.eventstore.Partitions;
import dev.varve.eventstore.adoption.Adoption;
import dev.varve.eventstore.adoption.AdoptionRefused;
import dev.varve.eventstore.adoption.AdoptionReport;
import dev.varve.eventstore.adoption.Findings;
import dev.varve.eventstore.adoption.OldStore;
import dev.varve.eventstore.adoption.TypeNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Takes over the event store of an application that ran on Axon 4's own JDBC or JPA engine. */
@Command(
        name = "adopt",
        description = "Take over an Axon 4 store (JDBC or JPA) into an empty log: events, snapshots and tokens.",
        footer = {
            "",
            "The old tables are only read; stop the application that writes to them first. Run it again after an",
            "interruption, and it goes on. Afterwards both sides are read once more and compared."
        })
final class LogAdoptCommand implements Callable<Integer> {

    private static final long PARTITION = 10_000_000;
    private static final int PARTITIONS_AHEAD = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Mixin
    private final DatabaseOptions options = new DatabaseOptions();

    @Option(names = "--from-axon", required = true, description = "The old store is Axon Framework 4's.")
    @SuppressWarnings("UnusedVariable") // the only kind there is; written out, so that others can come beside it
    private boolean fromAxon;

    @Option(
            names = "--source-url",
            paramLabel = "URL",
            description = {
                "The database of the old store (default: the one of the log), e.g. jdbc:postgresql://host:5432/shop.",
                "Its password is read from VARVE_SOURCE_PASSWORD."
            })
    private @Nullable String sourceUrl;

    @Option(names = "--source-user", paramLabel = "USER", description = "Who to be there.")
    private @Nullable String sourceUser;

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            defaultValue = "public",
            description = "Schema of the old tables (default: ${DEFAULT-VALUE}).")
    private String schema = "public";

    @Option(
            names = "--events-table",
            paramLabel = "NAME",
            description = "Default: domain_event_entry or DomainEventEntry.")
    private @Nullable String eventsTable;

    @Option(
            names = "--snapshots-table",
            paramLabel = "NAME",
            description = "Default: snapshot_event_entry or SnapshotEventEntry.")
    private @Nullable String snapshotsTable;

    @Option(names = "--tokens-table", paramLabel = "NAME", description = "Default: token_entry or TokenEntry.")
    private @Nullable String tokensTable;

    @Option(
            names = "--without-snapshots",
            description = "Leave snapshots behind: aggregates are loaded from their events, and make new ones.")
    private boolean withoutSnapshots;

    @Option(
            names = "--types",
            paramLabel = "FILE",
            description = {
                "Lines of OLD_NAME=stored.name. Classes of this application have their stable names without it;",
                "a type that is in neither keeps its old name."
            })
    private @Nullable Path types;

    @Option(names = "--dry-run", description = "Look for what stands in the way, and write nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "The report as one JSON object, for programs.")
    private boolean json;

    @Override
    public Integer call() throws SQLException, InterruptedException {
        TypeNames names = TypeNames.of(EventTypes.registry()).overriddenBy(typesFromFile());
        try (Database database = options.openMigrated()) {
            DataSource target = database.dataSource();
            try (Partitions partitions = new Partitions(target, PARTITION, PARTITIONS_AHEAD)) {
                Adoption adoption = new Adoption(
                        source(database),
                        new OldStore(schema, eventsTable, snapshotsTable, tokensTable, !withoutSnapshots),
                        target,
                        partitions,
                        names,
                        CliActor.name());
                return dryRun ? inspect(adoption) : run(adoption);
            }
        } catch (AdoptionRefused e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private int inspect(Adoption adoption) throws SQLException {
        Findings found = adoption.inspect();
        if (json) {
            out().println(JsonMapper.shared().writeValueAsString(found));
        } else {
            AdoptionText.print(out(), found);
            out().println("Nothing stands in the way; nothing was written.");
        }
        out().flush();
        return ExitCode.OK;
    }

    private int run(Adoption adoption) throws SQLException, InterruptedException {
        long start = System.nanoTime();
        AdoptionLine line = new AdoptionLine(spec.commandLine().getErr(), Ansi.AUTO.enabled());
        AdoptionReport report = adoption.run(line);
        line.end();
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        if (json) {
            out().println(JsonMapper.shared().writeValueAsString(report));
        } else {
            AdoptionText.print(out(), report, time);
        }
        out().flush();
        return ExitCode.OK;
    }

    private DataSource source(Database database) {
        if (sourceUrl == null) {
            return database.dataSource();
        }
        if (!sourceUrl.startsWith("jdbc:postgresql:")) {
            throw wrong("--source-url must begin with jdbc:postgresql:");
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(sourceUrl);
        if (sourceUser != null) {
            source.setUser(sourceUser);
        }
        @Nullable String password = System.getenv("VARVE_SOURCE_PASSWORD");
        if (password != null) {
            source.setPassword(password);
        }
        return source;
    }

    private Map<String, String> typesFromFile() {
        if (types == null) {
            return Map.of();
        }
        Properties lines = new Properties();
        try (Reader reader = Files.newBufferedReader(types)) {
            lines.load(reader);
        } catch (IOException e) {
            throw wrong("--types " + types + " cannot be read: " + e);
        }
        Map<String, String> names = new TreeMap<>();
        for (String oldName : lines.stringPropertyNames()) {
            String name = lines.getProperty(oldName).strip();
            if (name.isEmpty()) {
                throw wrong("--types " + types + " gives '" + oldName + "' no name");
            }
            names.put(oldName, name);
        }
        return names;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
