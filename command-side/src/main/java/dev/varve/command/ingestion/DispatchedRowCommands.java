package dev.varve.command.ingestion;

import dev.varve.command.Rejected;
import dev.varve.eventstore.axon.CommandBatches;
import dev.varve.eventstore.axon.CommandBatches.Answer;
import java.util.List;
import org.axonframework.modelling.command.AggregateNotFoundException;

/** Rows as commands on the log. */
final class DispatchedRowCommands implements RowCommands {

    private final CommandBatches batches;

    DispatchedRowCommands(CommandBatches batches) {
        this.batches = batches;
    }

    @Override
    public RowOutcome dispatch(Object command) {
        return dispatchAll(List.of(command)).getFirst();
    }

    @Override
    public List<RowOutcome> dispatchAll(List<Object> commands) {
        return batches.dispatch(commands).stream()
                .map(DispatchedRowCommands::outcome)
                .toList();
    }

    private static RowOutcome outcome(Answer answer) {
        return switch (answer) {
            case Answer.Done(int events) -> events > 0 ? new RowOutcome.Recorded() : new RowOutcome.Unchanged();
            case Answer.Failed(Rejected rejected) -> new RowOutcome.Refused(rejected.detail());
            case Answer.Failed(AggregateNotFoundException missing) ->
                new RowOutcome.Refused("it is not known here: " + missing.getAggregateIdentifier());
            case Answer.Failed(RuntimeException cause) -> throw cause;
        };
    }
}
