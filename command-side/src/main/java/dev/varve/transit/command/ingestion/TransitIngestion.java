package dev.varve.transit.command.ingestion;

import dev.varve.command.ingestion.IngestionConsole;
import dev.varve.command.ingestion.IngestionJob;
import dev.varve.command.ingestion.IngestionReport;
import dev.varve.command.ingestion.IngestionRows;
import dev.varve.command.ingestion.IngestionRunner;
import dev.varve.command.ingestion.RowSink;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.IngestionSource;
import java.time.Clock;
import org.springframework.stereotype.Component;

/** Runs transit's imports, each as one {@link IngestionRun}. */
@Component
public final class TransitIngestion {

    private final IngestionRunner runner;
    private final CommandDispatcher dispatcher;
    private final Clock clock;

    public TransitIngestion(IngestionRunner runner, CommandDispatcher dispatcher, Clock clock) {
        this.runner = runner;
        this.dispatcher = dispatcher;
        this.clock = clock;
    }

    /**
     * Blocks until the run has ended, one way or the other, and the log knows it.
     *
     * @throws RuntimeException when the run could not even be started
     */
    public IngestionReport run(IngestionSource source, IngestionJob job, IngestionRows rows, IngestionConsole console) {
        return runner.run(new LoggedIngestionRuns(dispatcher, clock, source), job, rows, console);
    }

    /** The run that these rows belong to. */
    public static IngestionRunId runId(RowSink sink) {
        return new IngestionRunId(sink.runId().value());
    }
}
