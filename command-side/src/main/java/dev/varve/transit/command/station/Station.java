package dev.varve.transit.command.station;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import dev.varve.command.Outcome;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.StationEvent;
import dev.varve.transit.events.StationEvent.StationChanged;
import dev.varve.transit.events.StationEvent.StationRegistered;
import dev.varve.transit.events.TransportMode;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** A station: registered once, then described anew whenever its source describes it differently. */
@Aggregate(type = "transit.station")
final class Station {

    /** Read by Axon only, so not private: nobody here asks for it. */
    @AggregateIdentifier
    @Nullable String stream;

    private @Nullable Description known;

    Station() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Outcome register(RegisterStation command) {
        Description said = new Description(
                command.name(),
                command.place(),
                command.latitude(),
                command.longitude(),
                command.modes(),
                command.timezone());
        if (known == null) {
            apply(new StationRegistered(
                    command.stationId(),
                    said.name,
                    said.place,
                    said.latitude,
                    said.longitude,
                    said.modes,
                    said.timezone));
            return Outcome.CREATED;
        }
        if (said.equals(known)) {
            return Outcome.UNCHANGED;
        }
        apply(new StationChanged(
                command.stationId(), said.name, said.place, said.latitude, said.longitude, said.modes, said.timezone));
        return Outcome.CHANGED;
    }

    @EventSourcingHandler
    void evolve(StationEvent event) {
        switch (event) {
            case StationRegistered e -> {
                stream = TransitStreams.of(e.stationId());
                known = new Description(e.name(), e.place(), e.latitude(), e.longitude(), e.modes(), e.timezone());
            }
            case StationChanged e ->
                known = new Description(e.name(), e.place(), e.latitude(), e.longitude(), e.modes(), e.timezone());
        }
    }

    private record Description(
            String name, String place, double latitude, double longitude, List<TransportMode> modes, String timezone) {}
}
