package dev.varve.transit.command.gtfs;

import dev.varve.transit.command.departure.Observation;
import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.command.departure.UpdateDeparture;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.command.station.RegisterStation;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.IngestionRunId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Words a feed's rows as commands. */
final class GtfsCommands {

    /** The source of what a timetable says. */
    static final String TIMETABLE = "gtfs";

    private final FeedIds ids;
    private final ZoneId feedZone;
    private final IngestionRunId runId;
    private final Instant observedAt;
    private final String source;

    /** The time is when the source said what it says. */
    GtfsCommands(FeedIds ids, ZoneId feedZone, IngestionRunId runId, Instant observedAt, String source) {
        this.ids = ids;
        this.feedZone = feedZone;
        this.runId = runId;
        this.observedAt = observedAt;
        this.source = source;
    }

    RegisterStation station(Stop station) throws BrokenRow {
        Stop position = station.position();
        if (station.name.isEmpty()) {
            throw new BrokenRow("stop_name is missing");
        }
        if (Double.isNaN(position.latitude) || Double.isNaN(position.longitude)) {
            throw new BrokenRow("stop_lat or stop_lon is missing");
        }
        return new RegisterStation(
                ids.station(station.id),
                station.name,
                "",
                position.latitude,
                position.longitude,
                List.copyOf(station.modes),
                station.timezone.isEmpty() ? feedZone.getId() : station.timezone);
    }

    RegisterLine line(Route route) {
        return new RegisterLine(
                ids.line(route.id()),
                route.label(),
                route.mode(),
                route.operator(),
                route.description(),
                route.color());
    }

    /** A departure as the timetable plans it, which says nothing of delays and cancellations. */
    ObserveDeparture planned(PlannedDeparture departure) {
        Trip trip = departure.trip();
        return ObserveDeparture.of(
                ids.station(departure.stop().station().id),
                ids.line(trip.route.id()),
                trip.route.label(),
                trip.route.mode(),
                destination(departure),
                departure.plannedAt(),
                observation(null, plannedPlatform(departure), null, details(departure)));
    }

    /**
     * What real-time data says of a departure that the timetable planned.
     *
     * @param realtime null where it does not say
     * @param assigned null where it leaves from where it was planned
     */
    UpdateDeparture updated(
            PlannedDeparture departure,
            Observation.@Nullable Realtime realtime,
            Observation.Operation operation,
            Observation.@Nullable Platform assigned) {
        Observation.Platform platform = assigned == null ? plannedPlatform(departure) : assigned;
        DepartureId id = planned(departure).departureId();
        return new UpdateDeparture(id, observation(realtime, platform, operation, null));
    }

    private Observation observation(
            Observation.@Nullable Realtime realtime,
            Observation.@Nullable Platform platform,
            Observation.@Nullable Operation operation,
            @Nullable DepartureDetails details) {
        return new Observation(realtime, platform, operation, null, null, details, source, runId, observedAt);
    }

    private static Observation.@Nullable Platform plannedPlatform(PlannedDeparture departure) {
        String platform = departure.stop().platformOrNull();
        return platform == null ? null : new Observation.Platform(platform, false);
    }

    private static String destination(PlannedDeparture departure) {
        Stop lastStop = departure.lastStop();
        if (!departure.trip().headsign.isEmpty()) {
            return departure.trip().headsign;
        }
        return lastStop == null ? departure.stopTime().headsign() : lastStop.station().name;
    }

    private static DepartureDetails details(PlannedDeparture departure) {
        Trip trip = departure.trip();
        String headsign = departure.stopTime().headsign();
        boolean differs = !headsign.isEmpty() && !headsign.equals(destination(departure));
        return new DepartureDetails(
                trip.id,
                null,
                trip.direction.isEmpty() ? null : trip.direction,
                differs ? headsign : null,
                null,
                null,
                null,
                null,
                departure.stop().id,
                null,
                null,
                trip.route.transportType());
    }
}
