package dev.varve.transit.command.gtfs;

import dev.varve.command.Rejected;
import dev.varve.command.ingestion.BrokenSource;
import dev.varve.command.ingestion.IngestionRow;
import dev.varve.command.ingestion.IngestionRows;
import dev.varve.command.ingestion.RowSink;
import dev.varve.transit.command.ingestion.TransitIngestion;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Submits a timetable: stations, lines, and then the departures, because these name the others. */
final class TimetableImport implements IngestionRows {

    private final GtfsArchive archive;
    private final GtfsFeed feed;
    private final GtfsFeed.Head head;
    private final FeedIds ids;
    private final Instant observedAt;
    private final Map<Stop, String> unusableStations = new HashMap<>();
    private final Map<Route, String> unusableRoutes = new HashMap<>();

    TimetableImport(GtfsArchive archive, GtfsFeed.Head head, GtfsFeed feed, FeedIds ids, Instant observedAt) {
        this.archive = archive;
        this.head = head;
        this.feed = feed;
        this.ids = ids;
        this.observedAt = observedAt;
    }

    @Override
    public void submitTo(RowSink sink) throws IOException {
        GtfsCommands commands =
                new GtfsCommands(ids, head.zone(), TransitIngestion.runId(sink), observedAt, GtfsCommands.TIMETABLE);
        feed.findings().reportTo(sink);
        for (Stop stop : feed.stops().values()) {
            if (stop.isStation()) {
                submitStation(stop, commands, sink);
            }
        }
        for (Route route : feed.routes().values()) {
            submitLine(route, commands, sink);
        }
        sink.settle();
        StopTimes stopTimes = new StopTimes(
                archive,
                feed,
                (file, line, reason) -> sink.reject(GtfsFeed.DEPARTURES, file, line, reason),
                (trip, rows) -> submitDepartures(PlannedDeparture.of(trip, rows), commands, sink));
        try {
            stopTimes.read();
        } catch (BrokenSource e) {
            throw new IOException("the file changed while it was imported: " + e.getMessage(), e);
        }
    }

    private void submitStation(Stop stop, GtfsCommands commands, RowSink sink) {
        try {
            var command = commands.station(stop);
            sink.submit(IngestionRow.of(GtfsFeed.STATIONS, "stops.txt", stop.line, command.stream(), command));
        } catch (BrokenRow e) {
            rejectStation(stop, e.reason(), sink);
        } catch (Rejected e) {
            rejectStation(stop, e.detail(), sink);
        }
    }

    private void rejectStation(Stop stop, String reason, RowSink sink) {
        unusableStations.put(stop, reason);
        sink.reject(GtfsFeed.STATIONS, "stops.txt", stop.line, reason);
    }

    private void submitLine(Route route, GtfsCommands commands, RowSink sink) {
        try {
            var command = commands.line(route);
            sink.submit(IngestionRow.of(GtfsFeed.LINES, "routes.txt", route.line(), command.stream(), command));
        } catch (Rejected e) {
            unusableRoutes.put(route, e.detail());
            sink.reject(GtfsFeed.LINES, "routes.txt", route.line(), e.detail());
        }
    }

    private void submitDepartures(List<PlannedDeparture> departures, GtfsCommands commands, RowSink sink) {
        for (PlannedDeparture departure : departures) {
            long line = departure.stopTime().line();
            try {
                checkParts(departure);
                var command = commands.planned(departure);
                sink.submit(IngestionRow.of(GtfsFeed.DEPARTURES, "stop_times.txt", line, command.stream(), command));
            } catch (BrokenRow e) {
                sink.reject(GtfsFeed.DEPARTURES, "stop_times.txt", line, e.reason());
            } catch (Rejected e) {
                sink.reject(GtfsFeed.DEPARTURES, "stop_times.txt", line, e.detail());
            }
        }
    }

    private void checkParts(PlannedDeparture departure) throws BrokenRow {
        Stop station = departure.stop().station();
        if (unusableStations.containsKey(station)) {
            throw new BrokenRow("its station in stops.txt:%d was rejected (%s)"
                    .formatted(station.line, unusableStations.get(station)));
        }
        Route route = departure.trip().route;
        if (unusableRoutes.containsKey(route)) {
            throw new BrokenRow(
                    "its line in routes.txt:%d was rejected (%s)".formatted(route.line(), unusableRoutes.get(route)));
        }
    }
}
