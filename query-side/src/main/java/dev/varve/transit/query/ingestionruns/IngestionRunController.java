package dev.varve.transit.query.ingestionruns;

import static dev.varve.transit.query.generated.Tables.INGESTION_RUN;
import static org.jooq.impl.DSL.noCondition;

import dev.varve.query.Json;
import dev.varve.query.NotFound;
import dev.varve.query.Page;
import dev.varve.query.PlainText;
import dev.varve.query.Reads;
import dev.varve.query.Resources;
import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRejection;
import dev.varve.transit.events.IngestionSource;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.type.TypeReference;

@RestController
@RequestMapping("/api/v1/transit/ingestion-runs")
@Reads(IngestionRunProjection.class)
class IngestionRunController {

    private static final TypeReference<Map<String, String>> CONTEXT = new TypeReference<>() {};
    private static final TypeReference<List<IngestionRejection>> REJECTIONS = new TypeReference<>() {};

    private final DSLContext database;

    IngestionRunController(DSLContext database) {
        this.database = database;
    }

    /** Ingestion runs, newest first. */
    @GetMapping
    Page<IngestionRunView> runs(
            @RequestParam(required = false) @PlainText @Nullable String job,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(defaultValue = "0") @Min(0) @Max(1_000_000) int offset) {
        return Page.of(
                database.selectFrom(INGESTION_RUN)
                        .where(job == null ? noCondition() : INGESTION_RUN.JOB_NAME.eq(job))
                        .orderBy(INGESTION_RUN.STARTED_AT.desc(), INGESTION_RUN.INGESTION_RUN_ID)
                        .limit(limit + 1)
                        .offset(offset)
                        .fetch(IngestionRunController::view),
                limit,
                offset);
    }

    @GetMapping("/{id}")
    ResponseEntity<IngestionRunView> run(@PathVariable @PlainText String id) {
        IngestionRunView run = database.selectFrom(INGESTION_RUN)
                .where(INGESTION_RUN.INGESTION_RUN_ID.eq(id))
                .fetchOptional(IngestionRunController::view)
                .orElseThrow(
                        () -> new NotFound("transit", "unknown-ingestion-run", "no ingestion run has the id " + id));
        return Resources.at(run.version(), run.position(), run);
    }

    private static IngestionRunView view(Record row) {
        return new IngestionRunView(
                row.get(INGESTION_RUN.INGESTION_RUN_ID),
                row.get(INGESTION_RUN.JOB_NAME),
                IngestionSource.valueOf(row.get(INGESTION_RUN.SOURCE)),
                Json.read(row.get(INGESTION_RUN.CONTEXT), CONTEXT),
                row.get(INGESTION_RUN.STATUS),
                row.get(INGESTION_RUN.STARTED_AT),
                row.get(INGESTION_RUN.COMPLETED_AT),
                row.get(INGESTION_RUN.RETRIES),
                new IngestionCounts(
                        row.get(INGESTION_RUN.RECORDS_READ),
                        row.get(INGESTION_RUN.RECORDS_RECORDED),
                        row.get(INGESTION_RUN.RECORDS_UNCHANGED),
                        row.get(INGESTION_RUN.RECORDS_REJECTED)),
                Json.read(row.get(INGESTION_RUN.REJECTIONS), REJECTIONS),
                row.get(INGESTION_RUN.NOTES),
                row.get(INGESTION_RUN.VERSION),
                row.get(INGESTION_RUN.POSITION));
    }
}
