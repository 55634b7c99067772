package dev.varve.command.ingestion;

import dev.varve.command.Rejected;
import dev.varve.eventstore.axon.CommandDispatcher;
import org.axonframework.modelling.command.AggregateNotFoundException;

/** Rows as commands on the log. */
final class DispatchedRowCommands implements RowCommands {

    private final CommandDispatcher dispatcher;

    DispatchedRowCommands(CommandDispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    @Override
    public RowOutcome dispatch(Object command) {
        try {
            return dispatcher.dispatch(command).events() > 0 ? new RowOutcome.Recorded() : new RowOutcome.Unchanged();
        } catch (Rejected e) {
            return new RowOutcome.Refused(e.detail());
        } catch (AggregateNotFoundException e) {
            return new RowOutcome.Refused("it is not known here: " + e.getAggregateIdentifier());
        }
    }
}
