package dev.varve.transit.command.routesnapshot;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import dev.varve.command.Outcome;
import dev.varve.command.Rejected;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.RouteSnapshotEvent;
import dev.varve.transit.events.RouteSnapshotEvent.RouteSnapshotRecorded;
import dev.varve.transit.events.RouteSnapshotId;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** The answer to one route request; recorded once, never changed. */
@Aggregate(type = "transit.route-snapshot")
final class RouteSnapshot {

    /** Read by Axon only, so not private: nobody here asks for it. */
    @AggregateIdentifier
    @Nullable String stream;

    /** The id that the recorded content would be given; stands for the content, which may be large. */
    private @Nullable RouteSnapshotId content;

    RouteSnapshot() {}

    // NullAway loses the @Nullable within the type of a compact constructor's parameter when it reads a class file.
    @SuppressWarnings("NullAway")
    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Outcome record(RecordRouteSnapshot command) {
        RouteSnapshotRecorded said = new RouteSnapshotRecorded(
                command.routeSnapshotId(),
                command.origin(),
                command.destination(),
                command.filters(),
                command.itineraries(),
                command.status(),
                command.requestedAt(),
                command.ingestionRunId());
        if (content == null) {
            apply(said);
            return Outcome.CREATED;
        }
        if (!content.equals(SnapshotContent.of(said).id())) {
            throw new Rejected(
                    "transit",
                    "route-snapshot-differs",
                    "routeSnapshotId",
                    "route snapshot " + command.routeSnapshotId() + " was recorded with another content");
        }
        return Outcome.UNCHANGED;
    }

    @EventSourcingHandler
    void evolve(RouteSnapshotEvent event) {
        switch (event) {
            case RouteSnapshotRecorded e -> {
                stream = TransitStreams.of(e.routeSnapshotId());
                content = SnapshotContent.of(e).id();
            }
        }
    }
}
