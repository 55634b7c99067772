package dev.varve.transit.command.ingestion;

import dev.varve.eventstore.axon.CommandDispatcher;
import java.time.Clock;

/** Gives tests of imports the runner, which only Spring can make otherwise. */
public final class TestIngestion {

    private TestIngestion() {}

    public static IngestionRunner runner(CommandDispatcher dispatcher, Clock clock) {
        return new IngestionRunner(new LoggedIngestionRuns(dispatcher, clock), new DispatchedRowCommands(dispatcher));
    }
}
