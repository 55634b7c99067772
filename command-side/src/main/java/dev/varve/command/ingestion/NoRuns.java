package dev.varve.command.ingestion;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nothing is kept of a run that writes nothing. */
final class NoRuns implements IngestionRuns {

    @Override
    public Started start(IngestionJob job) {
        return new Started(job.runId(1), false);
    }

    @Override
    public void succeed(RunId runId, RowCounts counts, List<RowRejection> rejections, @Nullable String notes) {}

    @Override
    public void fail(RunId runId, RowCounts counts, List<RowRejection> rejections, String reason) {}
}
