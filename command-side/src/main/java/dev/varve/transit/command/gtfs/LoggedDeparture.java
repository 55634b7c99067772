package dev.varve.transit.command.gtfs;

import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.StationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A departure as a timetable recorded it.
 *
 * @param platform the planned one; null where the timetable has none
 */
record LoggedDeparture(
        DepartureId id,
        String feedId,
        String tripId,
        StationId stationId,
        String stopId,
        @Nullable String platform,
        Instant plannedAt) {

    static LoggedDeparture of(DeparturePlanned planned, String feedId, String tripId, String stopId) {
        return new LoggedDeparture(
                planned.departureId(),
                feedId,
                tripId,
                planned.stationId(),
                stopId,
                planned.platform(),
                planned.plannedAt());
    }

    LoggedDeparture with(DepartureDetails details) {
        String stop = details.stopPointId();
        return new LoggedDeparture(id, feedId, tripId, stationId, stop == null ? stopId : stop, platform, plannedAt);
    }

    LoggedDeparture withPlatform(@Nullable String planned) {
        return new LoggedDeparture(id, feedId, tripId, stationId, stopId, planned, plannedAt);
    }
}
