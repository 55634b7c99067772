package dev.varve.transit.command.ingestion;

import dev.varve.command.ingestion.IngestionRunner;
import dev.varve.eventstore.axon.CommandBatches;
import dev.varve.eventstore.axon.CommandDispatcher;
import java.time.Clock;

/** Gives tests of imports the runner, which only Spring can make otherwise. */
public final class TestIngestion {

    private TestIngestion() {}

    public static TransitIngestion runner(CommandDispatcher dispatcher, Clock clock) {
        return new TransitIngestion(
                IngestionRunner.on(CommandBatches.oneByOne(dispatcher), null), dispatcher, clock, stream -> false);
    }
}
