package dev.varve.transit.command.departure;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.DepartureId;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * A source that knows no timetable, such as a real-time feed, says something of a departure that is known. Answers
 * with a {@link dev.varve.command.Outcome}; fails with Axon's {@code AggregateNotFoundException} when the departure is
 * not known.
 */
public record UpdateDeparture(DepartureId departureId, Observation observation) {

    public UpdateDeparture {
        BOUNDS.id("departureId", departureId.value(), TransitBounds.ID);
    }

    @TargetAggregateIdentifier
    public String stream() {
        return TransitStreams.of(departureId);
    }
}
