package dev.varve.transit.command.line;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import dev.varve.command.Outcome;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.LineEvent;
import dev.varve.transit.events.LineEvent.LineChanged;
import dev.varve.transit.events.LineEvent.LineRegistered;
import dev.varve.transit.events.TransportMode;
import java.util.Objects;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** A line: registered once, then described anew whenever a source says something else of it. */
@Aggregate(type = "transit.line")
final class Line {

    /** Read by Axon only, so not private: nobody here asks for it. */
    @AggregateIdentifier
    @Nullable String stream;

    private @Nullable Description known;

    Line() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Outcome register(RegisterLine command) {
        if (known == null) {
            apply(new LineRegistered(
                    command.lineId(),
                    command.label(),
                    command.mode(),
                    Objects.requireNonNullElse(command.operator(), RegisterLine.DEFAULT_OPERATOR),
                    command.description(),
                    command.colorHex()));
            return Outcome.CREATED;
        }
        Description said = known.with(command);
        if (said.equals(known)) {
            return Outcome.UNCHANGED;
        }
        apply(new LineChanged(command.lineId(), said.label, said.mode, said.operator, said.description, said.colorHex));
        return Outcome.CHANGED;
    }

    @EventSourcingHandler
    void evolve(LineEvent event) {
        switch (event) {
            case LineRegistered e -> {
                stream = TransitStreams.of(e.lineId());
                known = new Description(e.label(), e.mode(), e.operator(), e.description(), e.colorHex());
            }
            case LineChanged e ->
                known = new Description(e.label(), e.mode(), e.operator(), e.description(), e.colorHex());
        }
    }

    private record Description(
            String label,
            TransportMode mode,
            String operator,
            @Nullable String description,
            @Nullable String colorHex) {

        /** What is known after the command: what it is silent about stays. */
        Description with(RegisterLine command) {
            return new Description(
                    command.label(),
                    command.mode(),
                    command.operator() == null ? operator : command.operator(),
                    command.description() == null ? description : command.description(),
                    command.colorHex() == null ? colorHex : command.colorHex());
        }
    }
}
