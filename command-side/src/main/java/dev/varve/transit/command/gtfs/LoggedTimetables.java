package dev.varve.transit.command.gtfs;

import com.google.transit.realtime.GtfsRealtime.TripDescriptor;
import dev.varve.command.ingestion.BrokenSource;
import dev.varve.transit.command.gtfs.RealtimeFeed.Update;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.DepartureEvent.DepartureDetailsChanged;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import dev.varve.transit.events.DepartureEvent.DeparturePlatformChanged;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.IngestionEvent.IngestionStarted;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.IngestionSource;
import dev.varve.transit.events.StationEvent.StationChanged;
import dev.varve.transit.events.StationEvent.StationRegistered;
import dev.varve.transit.events.StationId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.jspecify.annotations.Nullable;

/**
 * The timetables that the log holds, as far as a message speaks of them: the whole log is read once, and only the
 * departures of trips that the message names, on the days around those it means, are kept.
 */
final class LoggedTimetables {

    /** Time zones, and trips that go on for a day, make a date this wide. */
    private static final Duration BEFORE = Duration.ofDays(1);

    private static final Duration AFTER = Duration.ofDays(3);
    private static final Duration AROUND_MESSAGE = Duration.ofDays(2);

    private final Map<String, List<Window>> wanted = new HashMap<>();
    private final Map<IngestionRunId, String> feedsByRun = new HashMap<>();
    private final Map<StationId, ZoneId> zones = new HashMap<>();
    private final Map<DepartureId, LoggedDeparture> departures = new HashMap<>();

    /** Platforms by stop, by feed; every feed that planned a departure has an entry. */
    private final SortedMap<String, Map<String, String>> feeds = new TreeMap<>();

    private LoggedTimetables() {}

    static LoggedTimetables read(EventStorageEngine log, RealtimeFeed realtime) {
        LoggedTimetables timetables = new LoggedTimetables();
        realtime.updates().forEach(update -> timetables.want(update, realtime.saidAt()));
        try (Stream<? extends TrackedEventMessage<?>> events = log.readEvents(null, false)) {
            events.forEach(timetables::on);
        }
        return timetables;
    }

    /** The feed of that id; without one, the only feed there is. */
    LoggedFeed feed(@Nullable String asked) throws BrokenSource {
        if (feeds.isEmpty()) {
            throw new BrokenSource("the log holds no timetable; run 'import gtfs' first, or pass --schedule");
        }
        String there = String.join(", ", feeds.keySet());
        if (asked == null && feeds.size() > 1) {
            throw new BrokenSource("the log holds several feeds; pass --feed-id with one of: " + there);
        }
        String feedId = asked == null ? feeds.firstKey() : asked;
        Map<String, String> platforms = feeds.get(feedId);
        if (platforms == null) {
            throw new BrokenSource("the log holds no feed '" + feedId + "'; there are: " + there);
        }
        List<LoggedDeparture> ofFeed = departures.values().stream()
                .filter(departure -> departure.feedId().equals(feedId))
                .toList();
        return LoggedFeed.of(feedId, ofFeed, platforms, zones);
    }

    private void want(Update update, Instant saidAt) {
        TripDescriptor trip = update.trip().getTrip();
        try {
            Window window;
            if (trip.hasStartDate()) {
                LocalDate day = ServiceCalendar.parseDate(trip.getStartDate(), "start_date");
                Instant midnight = day.atStartOfDay(ZoneOffset.UTC).toInstant();
                window = new Window(midnight.minus(BEFORE), midnight.plus(AFTER));
            } else {
                window = new Window(saidAt.minus(AROUND_MESSAGE), saidAt.plus(AROUND_MESSAGE));
            }
            wanted.computeIfAbsent(trip.getTripId(), any -> new ArrayList<>()).add(window);
        } catch (BrokenRow e) {
            // It names no day; where the update is read, it is rejected with what it says.
        }
    }

    private void on(TrackedEventMessage<?> event) {
        Class<?> type = event.getPayloadType();
        if (type == DeparturePlanned.class) {
            on((DeparturePlanned) event.getPayload());
        } else if (type == DepartureDetailsChanged.class) {
            DepartureDetailsChanged changed = (DepartureDetailsChanged) event.getPayload();
            departures.computeIfPresent(changed.departureId(), (id, known) -> known.with(changed.details()));
        } else if (type == DeparturePlatformChanged.class) {
            DeparturePlatformChanged changed = (DeparturePlatformChanged) event.getPayload();
            if (!changed.changed()) {
                departures.computeIfPresent(
                        changed.departureId(), (id, known) -> known.withPlatform(changed.platform()));
            }
        } else if (type == IngestionStarted.class) {
            on((IngestionStarted) event.getPayload());
        } else if (type == StationRegistered.class) {
            StationRegistered station = (StationRegistered) event.getPayload();
            zones.put(station.stationId(), ZoneId.of(station.timezone()));
        } else if (type == StationChanged.class) {
            StationChanged station = (StationChanged) event.getPayload();
            zones.put(station.stationId(), ZoneId.of(station.timezone()));
        }
    }

    private void on(IngestionStarted started) {
        String feedId = started.context().get("feedId");
        if (started.source() == IngestionSource.GTFS && feedId != null) {
            feedsByRun.put(started.ingestionRunId(), feedId);
        }
    }

    /** The run tells the feed: ids of the feed 'mvg' are bare, and may hold a colon of their own. */
    private void on(DeparturePlanned planned) {
        IngestionRunId run = planned.ingestionRunId();
        String feedId = run == null ? null : feedsByRun.get(run);
        DepartureDetails details = planned.details();
        String tripId = details.tripId();
        String stopId = details.stopPointId();
        if (feedId == null
                || tripId == null
                || stopId == null
                || !planned.source().equals(GtfsCommands.TIMETABLE)) {
            return;
        }
        Map<String, String> platforms = feeds.computeIfAbsent(feedId, any -> new HashMap<>());
        String platform = planned.platform();
        if (platform != null) {
            platforms.put(stopId, platform);
        }
        if (wanted.getOrDefault(tripId, List.of()).stream().anyMatch(window -> window.holds(planned.plannedAt()))) {
            departures.put(planned.departureId(), LoggedDeparture.of(planned, feedId, tripId, stopId));
        }
    }

    private record Window(Instant from, Instant to) {
        boolean holds(Instant time) {
            return !time.isBefore(from) && time.isBefore(to);
        }
    }
}
