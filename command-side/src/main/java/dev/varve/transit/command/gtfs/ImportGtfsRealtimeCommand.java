package dev.varve.transit.command.gtfs;

import dev.varve.command.ingestion.BrokenSource;
import dev.varve.command.ingestion.ImportOptions;
import dev.varve.command.ingestion.IngestionConsole;
import dev.varve.command.ingestion.IngestionJob;
import dev.varve.command.ingestion.IngestionReport;
import dev.varve.transit.command.gtfs.RealtimeFeed.Update;
import dev.varve.transit.command.ingestion.TransitIngestion;
import dev.varve.transit.events.IngestionSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code import gtfs-rt}: delays and cancellations of departures that a timetable planned. */
@Component
@Command(
        name = "gtfs-rt",
        mixinStandardHelpOptions = true,
        description = "Imports GTFS-realtime trip updates: delays, cancellations, changed platforms.",
        footer = {
            "",
            "The message names trips and stops. Which departures these are is learnt from the log, where",
            "'import gtfs' recorded them; or, with --schedule, from the timetable read again. That is",
            "needed for updates that name stops by number only, and for trips of frequencies.txt.",
            "Added and replaced trips, which are in no timetable, are rejected."
        })
final class ImportGtfsRealtimeCommand implements Callable<Integer> {

    private final TransitIngestion imports;
    private final EventStorageEngine log;
    private final Clock clock;

    @Mixin
    private ImportOptions options = new ImportOptions();

    @Parameters(paramLabel = "FILE.pb", description = "The message, in protocol buffers.")
    private Path file = Path.of("");

    @Option(
            names = "--schedule",
            paramLabel = "FILE.zip",
            description = "The timetable that the message speaks of. Default: what the log knows of it.")
    private @Nullable Path schedule;

    @Option(
            names = "--feed-id",
            paramLabel = "ID",
            description =
                    "As it was given to 'import gtfs'. Default: what the timetable says of itself; else the log's only feed.")
    private @Nullable String feedId;

    ImportGtfsRealtimeCommand(TransitIngestion imports, EventStorageEngine log, Clock clock) {
        this.imports = imports;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        IngestionConsole console = options.console();
        try {
            RealtimeFeed realtime = RealtimeFeed.read(file, clock.instant());
            IngestionReport report =
                    schedule == null ? importByLog(realtime, console) : importBySchedule(realtime, schedule, console);
            return report.succeeded() ? 0 : 1;
        } catch (BrokenSource e) {
            console.broken(e);
            return 1;
        }
    }

    private IngestionReport importByLog(RealtimeFeed realtime, IngestionConsole console) throws BrokenSource {
        LoggedFeed feed = LoggedTimetables.read(log, realtime).feed(feedId);
        String name = String.valueOf(file.getFileName());
        IngestionJob job = new IngestionJob(
                "import gtfs-rt",
                realtime.digest(),
                Map.of("feedId", feed.id()),
                Map.of("file", name),
                0,
                options.mode());
        return imports.run(IngestionSource.GTFS_REALTIME, job, new LoggedRealtimeImport(name, realtime, feed), console);
    }

    private IngestionReport importBySchedule(RealtimeFeed realtime, Path timetable, IngestionConsole console)
            throws BrokenSource {
        try (GtfsArchive archive = GtfsArchive.open(timetable)) {
            return importFrom(archive, timetable, realtime, console);
        }
    }

    private IngestionReport importFrom(
            GtfsArchive archive, Path timetable, RealtimeFeed realtime, IngestionConsole console) throws BrokenSource {
        GtfsFeed.Head head = GtfsFeed.readHead(archive);
        FeedIds ids = new FeedIds(feedId == null ? head.feedId() : feedId);
        GtfsFeed feed = GtfsFeed.read(archive, head, selection(realtime, head));
        Map<String, List<StopTime>> stopTimes = new HashMap<>();
        // Broken rows of the timetable were reported when it was imported.
        new StopTimes(archive, feed, (table, line, reason) -> {}, (trip, rows) -> stopTimes.put(trip.id, rows)).read();
        IngestionJob job = new IngestionJob(
                "import gtfs-rt",
                realtime.digest() + archive.digest(),
                Map.of("feedId", ids.feedId()),
                Map.of("file", String.valueOf(file.getFileName()), "schedule", String.valueOf(timetable.getFileName())),
                0,
                options.mode());
        String name = String.valueOf(file.getFileName());
        return imports.run(
                IngestionSource.GTFS_REALTIME,
                job,
                new RealtimeImport(name, realtime, head, feed, ids, stopTimes),
                console);
    }

    /** The days that the updates name; for an update that names none, those around the message. */
    private static GtfsFeed.Selection selection(RealtimeFeed realtime, GtfsFeed.Head head) {
        LocalDate today = LocalDate.ofInstant(realtime.saidAt(), head.zone());
        Map<String, Set<LocalDate>> wanted = new HashMap<>();
        for (Update update : realtime.updates()) {
            var trip = update.trip().getTrip();
            Set<LocalDate> days = wanted.computeIfAbsent(trip.getTripId(), any -> new TreeSet<>());
            try {
                if (trip.hasStartDate()) {
                    days.add(ServiceCalendar.parseDate(trip.getStartDate(), "start_date"));
                } else {
                    days.addAll(List.of(today.minusDays(1), today, today.plusDays(1)));
                }
            } catch (BrokenRow e) {
                // It names no day; where the update is read, it is rejected with what it says.
            }
        }
        return (tripId, serviceId) -> wanted.getOrDefault(tripId, new HashSet<>()).stream()
                .filter(day -> !head.calendar().days(serviceId, day, 1).isEmpty())
                .toList();
    }
}
