package dev.varve.command.ingestion;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The runs of one context's imports, as its part of the log knows them. */
public interface IngestionRuns {

    /** Starts the job's next run, or takes up the one that was cut off or failed. */
    Started start(IngestionJob job);

    void succeed(RunId runId, RowCounts counts, List<RowRejection> rejections, @Nullable String notes);

    void fail(RunId runId, RowCounts counts, List<RowRejection> rejections, String reason);

    /**
     * A run under way.
     *
     * @param resumed whether the run had been started before and not come to its end
     */
    record Started(RunId runId, boolean resumed) {}
}
