package dev.varve.transit.query;

import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.LineEvent.LineRegistered;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.StationEvent.StationRegistered;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import java.time.Instant;
import java.util.List;

/** Events of which a test says only what it is about. */
public final class Events {

    public static final Instant NOON = Instant.parse("2026-05-20T12:00:00Z");

    private Events() {}

    public static StationRegistered station(String id, String name, String place) {
        return new StationRegistered(
                new StationId(id),
                name,
                place,
                48.137,
                11.575,
                List.of(TransportMode.UBAHN, TransportMode.TRAM),
                "Europe/Berlin");
    }

    public static LineRegistered line(String id, String label) {
        return new LineRegistered(new LineId(id), label, TransportMode.UBAHN, "swm", null, "#ec6725");
    }

    public static DeparturePlanned departure(String id, String station, Instant plannedAt) {
        return new DeparturePlanned(
                new DepartureId(id),
                new StationId(station),
                new LineId("swm:U3"),
                "U3",
                TransportMode.UBAHN,
                "Moosach",
                plannedAt,
                "1",
                DepartureDetails.NONE,
                "mvg",
                null,
                NOON);
    }
}
