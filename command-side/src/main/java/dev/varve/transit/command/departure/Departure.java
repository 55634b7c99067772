package dev.varve.transit.command.departure;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import dev.varve.command.Outcome;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.DepartureEvent;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/**
 * One departure: of one line, from one station, at one planned time, by one trip or to one destination.
 *
 * <p>An observation is compared with what is known, thing by thing, and only the differences are facts. So an import can
 * be repeated, and a board polled every few seconds, without writing anything.
 */
@Aggregate(type = "transit.departure")
final class Departure {

    /** Read by Axon only, so not private: nobody here asks for it. */
    @AggregateIdentifier
    @Nullable String stream;

    private @Nullable DepartureState state;

    Departure() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Outcome observe(ObserveDeparture command) {
        if (state == null) {
            apply(planned(command));
            planned().newsIn(command.observation()).forEach(event -> apply(event));
            return Outcome.CREATED;
        }
        List<DepartureEvent> news = new ArrayList<>(state.newsIn(command.observation()));
        state.newsInDestination(command.destination(), command.observation().observedAt())
                .ifPresent(news::add);
        return write(news);
    }

    @CommandHandler
    Outcome update(UpdateDeparture command) {
        return write(planned().newsIn(command.observation()));
    }

    @EventSourcingHandler
    void evolve(DepartureEvent event) {
        if (event instanceof DeparturePlanned planned) {
            stream = TransitStreams.of(planned.departureId());
            state = new DepartureState(planned);
        } else {
            planned().evolve(event);
        }
    }

    private DepartureState planned() {
        return Objects.requireNonNull(state, "a departure begins with being planned");
    }

    private static Outcome write(List<DepartureEvent> news) {
        news.forEach(event -> apply(event));
        return news.isEmpty() ? Outcome.UNCHANGED : Outcome.CHANGED;
    }

    private static DeparturePlanned planned(ObserveDeparture command) {
        Observation said = command.observation();
        return new DeparturePlanned(
                command.departureId(),
                command.stationId(),
                command.lineId(),
                command.lineLabel(),
                command.mode(),
                command.destination(),
                command.plannedAt(),
                said.platform() == null ? null : said.platform().name(),
                said.details() == null ? DepartureDetails.NONE : said.details(),
                said.source(),
                said.ingestionRunId(),
                said.observedAt());
    }
}
