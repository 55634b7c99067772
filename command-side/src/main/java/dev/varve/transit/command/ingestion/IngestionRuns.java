package dev.varve.transit.command.ingestion;

import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRejection;
import dev.varve.transit.events.IngestionRunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The runs as the log knows them. */
interface IngestionRuns {

    /** Starts the job's next run, or takes up the one that was cut off or failed. */
    Started start(IngestionJob job);

    void succeed(
            IngestionRunId runId, IngestionCounts counts, List<IngestionRejection> rejections, @Nullable String notes);

    void fail(IngestionRunId runId, IngestionCounts counts, List<IngestionRejection> rejections, String reason);

    /**
     * A run under way.
     *
     * @param resumed whether the run had been started before and not come to its end
     */
    record Started(IngestionRunId runId, boolean resumed) {}
}
