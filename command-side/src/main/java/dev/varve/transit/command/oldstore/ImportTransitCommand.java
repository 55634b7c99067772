package dev.varve.transit.command.oldstore;

import dev.varve.command.ingestion.BrokenSource;
import dev.varve.command.ingestion.ImportOptions;
import dev.varve.command.ingestion.IngestionConsole;
import dev.varve.command.ingestion.IngestionJob;
import dev.varve.command.ingestion.oldstore.OldDatabase;
import dev.varve.command.ingestion.oldstore.OldPostgres;
import dev.varve.transit.command.ingestion.TransitIngestion;
import dev.varve.transit.events.IngestionSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code import transit}: what the transit system before this one kept. */
@Component
@Command(
        name = "transit",
        mixinStandardHelpOptions = true,
        description = "Takes over the old transit tables: runs, stations, lines, departures, route snapshots.",
        footer = {
            "",
            "The old database is read in one read-only transaction. Events keep the old times in their metadata.",
            "Importing again writes only what is new; an import that was cut off is taken up.",
            "A row that cannot be used is reported with table, key and reason, and skipped."
        })
final class ImportTransitCommand implements Callable<Integer> {

    private static final Pattern STORE_ID = Pattern.compile("[A-Za-z0-9._-]{1,24}");

    private final TransitIngestion imports;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ImportOptions options = new ImportOptions();

    @Option(
            names = "--postgres",
            required = true,
            paramLabel = "URL",
            description = "The old database: postgresql://user:password@host:5432/database. Without user or password"
                    + " in it, PGUSER and PGPASSWORD of the environment are used.")
    private String address = "";

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            defaultValue = "public",
            description = "Where its tables are. Default: ${DEFAULT-VALUE}.")
    private String schema = "public";

    @Option(
            names = "--store-id",
            paramLabel = "ID",
            defaultValue = "old-transit",
            description = "What the ids of its ingestion runs begin with, up to 24 letters, digits, '.', '_', '-'. Give"
                    + " each old database its own, and the same one each time. Default: ${DEFAULT-VALUE}.")
    private String storeId = "old-transit";

    ImportTransitCommand(TransitIngestion imports) {
        this.imports = imports;
    }

    @Override
    public Integer call() {
        if (!STORE_ID.matcher(storeId).matches()) {
            throw wrong("--store-id must be 1 to 24 letters, digits, '.', '_' or '-', was '" + storeId + "'");
        }
        IngestionConsole console = options.console();
        try (OldDatabase database =
                OldPostgres.open(address, schema, System.getenv("PGUSER"), System.getenv("PGPASSWORD"))) {
            OldTransitImport rows = OldTransitImport.of(database, new OldRows(storeId));
            console.say(String.format(Locale.ROOT, "reading %s, %,d rows", database.name(), rows.rows()));
            IngestionJob job = new IngestionJob(
                    "import transit",
                    database.name(),
                    Map.of("schema", schema, "storeId", storeId),
                    Map.of("database", database.name()),
                    rows.rows(),
                    options.mode());
            return imports.takeOver(IngestionSource.OLD_TRANSIT, job, rows, console)
                            .succeeded()
                    ? 0
                    : 1;
        } catch (BrokenSource e) {
            console.broken(e);
            return 1;
        }
    }

    private ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalStateException("called without a command line: " + message);
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
