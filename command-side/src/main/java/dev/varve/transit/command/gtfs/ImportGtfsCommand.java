package dev.varve.transit.command.gtfs;

import dev.varve.command.ingestion.BrokenSource;
import dev.varve.command.ingestion.ImportOptions;
import dev.varve.command.ingestion.IngestionConsole;
import dev.varve.command.ingestion.IngestionJob;
import dev.varve.command.ingestion.IngestionReport;
import dev.varve.transit.command.ingestion.TransitIngestion;
import dev.varve.transit.events.IngestionSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code import gtfs}: a timetable's stations, lines, and departures on some days. */
@Component
@Command(
        name = "gtfs",
        mixinStandardHelpOptions = true,
        description = "Imports a GTFS timetable: stations, lines, and the departures of some service days.",
        footer = {
            "",
            "Importing the same file again records nothing twice; an import that was cut off is taken up.",
            "A broken row is reported and skipped. A broken file changes nothing."
        })
final class ImportGtfsCommand implements Callable<Integer> {

    private static final int MOST_DAYS = 366;

    private final TransitIngestion imports;
    private final Clock clock;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ImportOptions options = new ImportOptions();

    @Parameters(paramLabel = "FILE.zip", description = "The zipped feed.")
    private Path file = Path.of("");

    @Option(
            names = "--from",
            paramLabel = "DATE",
            description = "The first service day, as YYYY-MM-DD. Default: today, or the next day on which anything"
                    + " runs; for a feed that lies in the past, its first day.")
    private @Nullable LocalDate from;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many service days, 1 to 366. Default: ${DEFAULT-VALUE}, today and tomorrow.")
    private int days;

    @Option(
            names = "--feed-id",
            paramLabel = "ID",
            description = "What the ids of stations and lines begin with: up to 24 letters, digits, '.', '_', '-'."
                    + " Default: what the feed says of itself. 'mvg' leaves the ids bare, as MVG's own.")
    private @Nullable String feedId;

    ImportGtfsCommand(TransitIngestion imports, Clock clock) {
        this.imports = imports;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        checkOptions();
        IngestionConsole console = options.console();
        try (GtfsArchive archive = GtfsArchive.open(file)) {
            return importFrom(archive, console).succeeded() ? 0 : 1;
        } catch (BrokenSource e) {
            console.broken(e);
            return 1;
        }
    }

    private IngestionReport importFrom(GtfsArchive archive, IngestionConsole console) throws BrokenSource {
        GtfsFeed.Head head = GtfsFeed.readHead(archive);
        FeedIds ids = new FeedIds(feedId == null ? head.feedId() : feedId);
        LocalDate first = from == null ? defaultFrom(head) : from;
        console.say("reading %s as feed '%s', service days %s to %s (%s)"
                .formatted(file.getFileName(), ids.feedId(), first, first.plusDays(days - 1L), head.zone()));
        GtfsFeed feed =
                GtfsFeed.read(archive, head, (trip, service) -> head.calendar().days(service, first, days));
        if (feed.departures() == 0) {
            head.findings().odd("nothing runs on these days");
        }
        IngestionJob job = new IngestionJob(
                "import gtfs",
                archive.digest(),
                Map.of("feedId", ids.feedId(), "from", first.toString(), "days", Integer.toString(days)),
                Map.of("file", String.valueOf(file.getFileName())),
                feed.stops().size() + feed.routes().size() + feed.departures(),
                options.mode());
        TimetableImport rows = new TimetableImport(archive, head, feed, ids, archive.writtenAt(clock.instant()));
        return imports.run(IngestionSource.GTFS, job, rows, console);
    }

    private LocalDate defaultFrom(GtfsFeed.Head head) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), head.zone());
        return head.calendar()
                .firstDayFrom(today)
                .or(() -> head.calendar().firstDay())
                .orElse(today);
    }

    private void checkOptions() {
        if (days < 1 || days > MOST_DAYS) {
            throw wrong("--days must be from 1 to " + MOST_DAYS + ", was " + days);
        }
        if (feedId != null && !FeedIds.FEED_ID.matcher(feedId).matches()) {
            throw wrong("--feed-id must be 1 to 24 letters, digits, '.', '_' or '-', was '" + feedId + "'");
        }
    }

    private ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalStateException("called without a command line: " + message);
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
