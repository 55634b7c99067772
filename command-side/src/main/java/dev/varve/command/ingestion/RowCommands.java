package dev.varve.command.ingestion;

/** Dispatches the commands of rows; blocks until the outcome is known. */
@FunctionalInterface
interface RowCommands {

    /**
     * Dispatches one command.
     *
     * @throws RuntimeException when the machine broke, not the row; the run ends with it
     */
    RowOutcome dispatch(Object command);
}
