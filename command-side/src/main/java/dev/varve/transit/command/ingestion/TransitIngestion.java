package dev.varve.transit.command.ingestion;

import dev.varve.command.KnownStreams;
import dev.varve.command.ingestion.ContextImports;
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
    private final KnownStreams known;

    public TransitIngestion(IngestionRunner runner, CommandDispatcher dispatcher, Clock clock, KnownStreams known) {
        this.runner = runner;
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.known = known;
    }

    /**
     * Blocks until the run has ended, one way or the other, and the log knows it.
     *
     * @throws RuntimeException when the run could not even be started
     */
    public IngestionReport run(IngestionSource source, IngestionJob job, IngestionRows rows, IngestionConsole console) {
        return run(LoggedIngestionRuns.Repeats.EACH_A_RUN, source, job, rows, console);
    }

    /** As {@link #run}, for an old store: taking it over again leaves a run behind only if it brought something new. */
    public IngestionReport takeOver(
            IngestionSource source, IngestionJob job, IngestionRows rows, IngestionConsole console) {
        return run(LoggedIngestionRuns.Repeats.ONLY_WITH_NEWS, source, job, rows, console);
    }

    private IngestionReport run(
            LoggedIngestionRuns.Repeats repeats,
            IngestionSource source,
            IngestionJob job,
            IngestionRows rows,
            IngestionConsole console) {
        ContextImports transit = new ContextImports(
                new LoggedIngestionRuns(dispatcher, clock, known, source, repeats), new TransitStatements());
        return runner.run(transit, job, rows, console);
    }

    /** The run that these rows belong to. */
    public static IngestionRunId runId(RowSink sink) {
        return new IngestionRunId(sink.runId().value());
    }
}
