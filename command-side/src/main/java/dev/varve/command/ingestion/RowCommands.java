package dev.varve.command.ingestion;

import java.util.ArrayList;
import java.util.List;

/** Dispatches the commands of rows; blocks until the outcome is known. */
@FunctionalInterface
interface RowCommands {

    /**
     * Dispatches one command.
     *
     * @throws RuntimeException when the machine broke, not the row; the run ends with it
     */
    RowOutcome dispatch(Object command);

    /** Dispatches the only command of each row, as {@link #dispatch} does, and answers in the order of the rows. */
    default List<RowOutcome> dispatchAll(List<Object> commands) {
        List<RowOutcome> outcomes = new ArrayList<>(commands.size());
        commands.forEach(command -> outcomes.add(dispatch(command)));
        return outcomes;
    }
}
