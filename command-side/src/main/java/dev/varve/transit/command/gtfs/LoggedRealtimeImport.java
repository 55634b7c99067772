package dev.varve.transit.command.gtfs;

import com.google.transit.realtime.GtfsRealtime.TripUpdate;
import com.google.transit.realtime.GtfsRealtime.TripUpdate.StopTimeUpdate;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Submits what trip updates say of departures that the log knows.
 *
 * <p>The log has neither stop numbers nor the stops where nobody boards, such as a trip's last; what an update says of
 * these is of no departure, and is passed over.
 */
final class LoggedRealtimeImport implements IngestionRows {

    private final String file;
    private final RealtimeFeed realtime;
    private final LoggedFeed feed;

    LoggedRealtimeImport(String file, RealtimeFeed realtime, LoggedFeed feed) {
        this.file = file;
        this.realtime = realtime;
        this.feed = feed;
    }

    @Override
    public void submitTo(RowSink sink) {
        for (Update update : realtime.updates()) {
            try {
                submit(update, sink);
            } catch (BrokenRow e) {
                reject(update, e.reason(), sink);
            }
        }
    }

    private void submit(Update update, RowSink sink) throws BrokenRow {
        boolean cancelled = update.isCancelled();
        Instant saidAt = realtime.saidAt(update);
        List<LoggedDeparture> run = feed.run(update.trip(), saidAt);
        List<AtStop> stops = cancelled
                ? run.stream().map(departure -> new AtStop(null, true, "")).toList()
                : along(run, update.trip());
        for (int i = 0; i < run.size(); i++) {
            LoggedDeparture departure = run.get(i);
            AtStop atStop = stops.get(i);
            Observation.Operation operation =
                    atStop.skipped() ? new Observation.Operation.Cancelled(null) : new Observation.Operation.Runs();
            Observation observation = new Observation(
                    atStop.realtime(),
                    platform(departure, atStop.assignedStopId()),
                    operation,
                    null,
                    null,
                    null,
                    RealtimeImport.SOURCE,
                    TransitIngestion.runId(sink),
                    saidAt);
            try {
                UpdateDeparture command = new UpdateDeparture(departure.id(), observation);
                sink.submit(IngestionRow.of(GtfsFeed.DEPARTURES, file, 0, command.stream(), command));
            } catch (Rejected e) {
                reject(update, e.detail(), sink);
            }
        }
    }

    private static List<AtStop> along(List<LoggedDeparture> run, TripUpdate update) throws BrokenRow {
        TripUpdate.Builder byStop = update.toBuilder().clearStopTimeUpdate();
        for (StopTimeUpdate stop : update.getStopTimeUpdateList()) {
            if (stop.getStopId().isEmpty()) {
                throw new BrokenRow("stop_sequence %s comes without stop_id, and the log has no stop numbers%s"
                        .formatted(Integer.toUnsignedString(stop.getStopSequence()), LoggedFeed.ADVICE));
            }
            byStop.addStopTimeUpdate(stop.toBuilder().clearStopSequence());
        }
        long begin = run.getFirst().plannedAt().getEpochSecond();
        List<String> unmatched = new ArrayList<>();
        List<AtStop> stops =
                TripProgress.along(rows(run, begin), byStop.build(), row -> begin + row.leaves(), unmatched::add);
        if (!unmatched.isEmpty() && unmatched.size() == update.getStopTimeUpdateCount() && !update.hasDelay()) {
            throw new BrokenRow("none of its stops has a departure in the log: " + unmatched.getFirst());
        }
        return stops;
    }

    /** Arrivals are not in the log. */
    private static List<StopTime> rows(List<LoggedDeparture> run, long begin) {
        List<StopTime> rows = new ArrayList<>();
        for (LoggedDeparture departure : run) {
            Stop stop = new Stop(departure.stopId(), 0, "", "", "", 0, Double.NaN, Double.NaN);
            int seconds = (int) (departure.plannedAt().getEpochSecond() - begin);
            rows.add(new StopTime(0, rows.size(), stop, StopTime.UNKNOWN, seconds, true, Double.NaN, ""));
        }
        return rows;
    }

    private Observation.@Nullable Platform platform(LoggedDeparture departure, String assignedStopId) {
        String assigned = feed.platforms().get(assignedStopId);
        if (assigned != null && !assignedStopId.equals(departure.stopId())) {
            return new Observation.Platform(assigned, true);
        }
        return departure.platform() == null ? null : new Observation.Platform(departure.platform(), false);
    }

    private void reject(Update update, String reason, RowSink sink) {
        sink.reject(GtfsFeed.DEPARTURES, file, 0, "entity '%s': %s".formatted(update.entityId(), reason));
    }
}
