package dev.varve.transit.command.gtfs;

import com.google.transit.realtime.GtfsRealtime.TripDescriptor;
import dev.varve.command.Rejected;
import dev.varve.command.ingestion.IngestionRow;
import dev.varve.command.ingestion.IngestionRows;
import dev.varve.command.ingestion.RowSink;
import dev.varve.transit.command.departure.Observation;
import dev.varve.transit.command.departure.UpdateDeparture;
import dev.varve.transit.command.gtfs.RealtimeFeed.Update;
import dev.varve.transit.command.gtfs.TripProgress.AtStop;
import dev.varve.transit.command.ingestion.TransitIngestion;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Submits what trip updates say of departures; the timetable tells which departures a trip has. */
final class RealtimeImport implements IngestionRows {

    static final String SOURCE = "gtfs-rt";

    private final String file;
    private final RealtimeFeed realtime;
    private final GtfsFeed feed;
    private final GtfsFeed.Head head;
    private final FeedIds ids;
    private final Map<String, List<StopTime>> stopTimes;

    /** The stop times are those of all trips that the updates name, by trip. */
    RealtimeImport(
            String file,
            RealtimeFeed realtime,
            GtfsFeed.Head head,
            GtfsFeed feed,
            FeedIds ids,
            Map<String, List<StopTime>> stopTimes) {
        this.file = file;
        this.realtime = realtime;
        this.head = head;
        this.feed = feed;
        this.ids = ids;
        this.stopTimes = Map.copyOf(stopTimes);
    }

    @Override
    public void submitTo(RowSink sink) {
        for (Update update : realtime.updates()) {
            Instant saidAt = realtime.saidAt(update);
            GtfsCommands commands = new GtfsCommands(ids, head.zone(), TransitIngestion.runId(sink), saidAt, SOURCE);
            try {
                submit(update, commands, sink);
            } catch (BrokenRow e) {
                reject(update, e.reason(), sink);
            } catch (Rejected e) {
                reject(update, e.detail(), sink);
            }
        }
    }

    private void submit(Update update, GtfsCommands commands, RowSink sink) throws BrokenRow {
        TripDescriptor descriptor = update.trip().getTrip();
        boolean cancelled = update.isCancelled();
        Trip trip = FeedReader.known(feed.trips(), descriptor.getTripId(), "trip_id");
        List<StopTime> rows = stopTimes.get(descriptor.getTripId());
        if (rows == null) {
            throw new BrokenRow("trip '%s' does not run on %s".formatted(descriptor.getTripId(), when(descriptor)));
        }
        Map<Integer, PlannedDeparture> departures = departures(trip, rows, descriptor);
        Run run = run(departures);
        List<AtStop> stops = cancelled
                ? rows.stream().map(row -> new AtStop(null, true, "")).toList()
                : TripProgress.along(
                        rows,
                        update.trip(),
                        row -> TripProgress.epochSecond(ServiceTime.at(
                                run.day,
                                row.leaves()
                                        + run.start
                                        - Math.max(0, rows.getFirst().leaves()),
                                trip.route.zone())),
                        problem -> reject(update, problem, sink));
        for (int i = 0; i < rows.size(); i++) {
            PlannedDeparture departure = departures.get(rows.get(i).sequence());
            if (departure != null) {
                submit(update, departure, stops.get(i), commands, sink);
            }
        }
    }

    private void submit(Update update, PlannedDeparture departure, AtStop atStop, GtfsCommands commands, RowSink sink) {
        Observation.Operation operation =
                atStop.skipped() ? new Observation.Operation.Cancelled(null) : new Observation.Operation.Runs();
        try {
            UpdateDeparture command =
                    commands.updated(departure, atStop.realtime(), operation, assigned(departure, atStop));
            sink.submit(IngestionRow.of(GtfsFeed.DEPARTURES, file, 0, command.stream(), command));
        } catch (Rejected e) {
            reject(update, e.detail(), sink);
        }
    }

    private Observation.@Nullable Platform assigned(PlannedDeparture departure, AtStop atStop) {
        Stop assigned = feed.stops().get(atStop.assignedStopId());
        return assigned == null || assigned.id.equals(departure.stop().id)
                ? null
                : new Observation.Platform(assigned.platformOrNull(), true);
    }

    /** The departures of the run that the update means, by stop_sequence. */
    private Map<Integer, PlannedDeparture> departures(Trip trip, List<StopTime> rows, TripDescriptor descriptor)
            throws BrokenRow {
        LocalDate day = day(trip, descriptor);
        if (!trip.frequencies.isEmpty() && !descriptor.hasStartTime()) {
            throw new BrokenRow("trip '%s' runs at a frequency, and the update has no start_time".formatted(trip.id));
        }
        int start = trip.frequencies.isEmpty() ? -1 : ServiceTime.parse(descriptor.getStartTime(), "start_time");
        Map<Integer, PlannedDeparture> bySequence = new HashMap<>();
        for (PlannedDeparture departure : PlannedDeparture.of(trip, rows)) {
            if (departure.day().equals(day) && (start < 0 || departure.start() == start)) {
                bySequence.put(departure.stopTime().sequence(), departure);
            }
        }
        if (bySequence.isEmpty()) {
            throw new BrokenRow("trip '%s' does not run on %s".formatted(trip.id, when(descriptor)));
        }
        return bySequence;
    }

    /** The start_date; without one, of the days around the message the one on which the trip starts nearest to it. */
    private LocalDate day(Trip trip, TripDescriptor descriptor) throws BrokenRow {
        if (descriptor.hasStartDate()) {
            return ServiceCalendar.parseDate(descriptor.getStartDate(), "start_date");
        }
        LocalDate nearest = trip.days.getFirst();
        List<StopTime> rows = stopTimes.getOrDefault(trip.id, List.of());
        for (LocalDate day : trip.days) {
            if (distance(day, rows, trip) < distance(nearest, rows, trip)) {
                nearest = day;
            }
        }
        return nearest;
    }

    /** Seconds between the message and the middle of the trip on that day. */
    private long distance(LocalDate day, List<StopTime> rows, Trip trip) {
        int middle = rows.isEmpty() ? 0 : rows.get(rows.size() / 2).leaves();
        Instant time = ServiceTime.at(day, Math.max(0, middle), trip.route.zone());
        return Math.abs(time.getEpochSecond() - realtime.saidAt().getEpochSecond());
    }

    private static Run run(Map<Integer, PlannedDeparture> departures) {
        PlannedDeparture any = departures.values().iterator().next();
        return new Run(any.day(), any.start());
    }

    private static String when(TripDescriptor descriptor) {
        return (descriptor.hasStartDate() ? descriptor.getStartDate() : "the days around this message")
                + (descriptor.hasStartTime() ? " at " + descriptor.getStartTime() : "");
    }

    private void reject(Update update, String reason, RowSink sink) {
        sink.reject(GtfsFeed.DEPARTURES, file, 0, "entity '%s': %s".formatted(update.entityId(), reason));
    }

    private record Run(LocalDate day, int start) {}
}
