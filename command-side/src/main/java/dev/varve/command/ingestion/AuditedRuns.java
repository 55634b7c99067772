package dev.varve.command.ingestion;

import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Runs of contexts that keep none themselves: a line in the record of what operators did, for each that wrote something
 * or failed. Nothing has to be taken up after a cut: every row says by itself whether it is there.
 */
@Component
public final class AuditedRuns implements IngestionRuns {

    private final DataSource database;

    AuditedRuns(DataSource database) {
        this.database = database;
    }

    @Override
    public Started start(IngestionJob job) {
        return new Started(job.runId(1), false);
    }

    @Override
    public void succeed(RunId runId, RowCounts counts, List<RowRejection> rejections, @Nullable String notes) {
        if (counts.recorded() > 0) {
            record(runId, counts, null);
        }
    }

    @Override
    public void fail(RunId runId, RowCounts counts, List<RowRejection> rejections, String reason) {
        record(runId, counts, reason);
    }

    private void record(RunId runId, RowCounts counts, @Nullable String failure) {
        Map<String, ?> details = Map.of(
                "read", counts.read(),
                "recorded", counts.recorded(),
                "unchanged", counts.unchanged(),
                "rejected", counts.rejected(),
                "result", failure == null ? "DONE" : "FAILED");
        try (Connection connection = database.getConnection()) {
            OperatorActions.record(connection, new OperatorAction(actor(), "import", runId.value(), null, details));
        } catch (SQLException e) {
            throw new IllegalStateException("the import could not be put on record: " + e.getMessage(), e);
        }
    }

    /** Who calls the command. */
    public static String actor() {
        return "cli:" + System.getProperty("user.name");
    }
}
