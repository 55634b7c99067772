package dev.varve.transit.query.ingestionruns;

import static dev.varve.transit.query.generated.Tables.INGESTION_RUN;

import dev.varve.projection.Changes;
import dev.varve.projection.Key;
import dev.varve.projection.Projection;
import dev.varve.projection.RecordedEvent;
import dev.varve.projection.RowChange;
import dev.varve.query.Json;
import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionEvent;
import dev.varve.transit.events.IngestionEvent.IngestionFailed;
import dev.varve.transit.events.IngestionEvent.IngestionRetried;
import dev.varve.transit.events.IngestionEvent.IngestionStarted;
import dev.varve.transit.events.IngestionEvent.IngestionSucceeded;
import dev.varve.transit.events.IngestionRejection;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jooq.Table;
import org.springframework.stereotype.Component;

@Component
final class IngestionRunProjection implements Projection<IngestionEvent> {

    @Override
    public String name() {
        return "transit.ingestion-runs";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<IngestionEvent> eventType() {
        return IngestionEvent.class;
    }

    @Override
    public Set<Table<?>> tables() {
        return Set.of(INGESTION_RUN);
    }

    @Override
    public void project(RecordedEvent<IngestionEvent> event, Changes changes) {
        Key run = Key.of(
                INGESTION_RUN.INGESTION_RUN_ID, event.payload().ingestionRunId().value());
        RowChange row = switch (event.payload()) {
            case IngestionStarted e ->
                changes.upsert(run)
                        .set(INGESTION_RUN.JOB_NAME, e.jobName())
                        .set(INGESTION_RUN.SOURCE, e.source().name())
                        .set(INGESTION_RUN.CONTEXT, Json.binary(new TreeMap<>(e.context())))
                        .set(INGESTION_RUN.STATUS, "RUNNING")
                        .set(INGESTION_RUN.STARTED_AT, e.startedAt());
            case IngestionRetried e ->
                changes.patch(run)
                        .set(INGESTION_RUN.STATUS, "RETRYING")
                        .set(INGESTION_RUN.COMPLETED_AT, null)
                        .add(INGESTION_RUN.RETRIES, 1);
            case IngestionSucceeded e ->
                ended(changes.patch(run), e.counts(), e.rejections(), e.completedAt())
                        .set(INGESTION_RUN.STATUS, "SUCCESS")
                        .set(INGESTION_RUN.NOTES, e.notes());
            case IngestionFailed e ->
                ended(changes.patch(run), e.counts(), e.rejections(), e.completedAt())
                        .set(INGESTION_RUN.STATUS, "FAILED")
                        .set(INGESTION_RUN.NOTES, e.reason());
        };
        row.set(INGESTION_RUN.VERSION, event.version());
    }

    private static RowChange ended(
            RowChange row, IngestionCounts counts, List<IngestionRejection> rejections, Instant completedAt) {
        return row.set(INGESTION_RUN.RECORDS_READ, counts.read())
                .set(INGESTION_RUN.RECORDS_RECORDED, counts.recorded())
                .set(INGESTION_RUN.RECORDS_UNCHANGED, counts.unchanged())
                .set(INGESTION_RUN.RECORDS_REJECTED, counts.rejected())
                .set(INGESTION_RUN.REJECTIONS, Json.binary(rejections))
                .set(INGESTION_RUN.COMPLETED_AT, completedAt);
    }
}
