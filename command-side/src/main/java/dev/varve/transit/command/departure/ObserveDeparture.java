package dev.varve.transit.command.departure;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import java.time.Instant;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * A source says something of a departure, perhaps for the first time. Answers with a {@link
 * dev.varve.command.Outcome}; what is known already writes nothing.
 *
 * <p>Station and line must be registered before, which nobody can check here: a departure is a stream of its own.
 */
public record ObserveDeparture(
        DepartureId departureId,
        StationId stationId,
        LineId lineId,
        String lineLabel,
        TransportMode mode,
        String destination,
        Instant plannedAt,
        Observation observation) {

    public ObserveDeparture {
        BOUNDS.id("departureId", departureId.value(), TransitBounds.ID);
        BOUNDS.id("stationId", stationId.value(), TransitBounds.ID);
        BOUNDS.id("lineId", lineId.value(), TransitBounds.ID);
        BOUNDS.name("lineLabel", lineLabel, TransitBounds.NAME);
        BOUNDS.text("destination", destination, TransitBounds.NAME);
        BOUNDS.time("plannedAt", plannedAt);
    }

    /** An observation of the departure that station, line, trip (else destination) and planned time make one. */
    public static ObserveDeparture of(
            StationId stationId,
            LineId lineId,
            String lineLabel,
            TransportMode mode,
            String destination,
            Instant plannedAt,
            Observation observation) {
        DepartureId id = DepartureId.of(stationId, lineId, tripOrDestination(observation, destination), plannedAt);
        return new ObserveDeparture(id, stationId, lineId, lineLabel, mode, destination, plannedAt, observation);
    }

    private static String tripOrDestination(Observation observation, String destination) {
        DepartureDetails details = observation.details();
        return details == null || details.tripId() == null || details.tripId().isBlank()
                ? destination
                : details.tripId();
    }

    @TargetAggregateIdentifier
    public String stream() {
        return TransitStreams.of(departureId);
    }
}
