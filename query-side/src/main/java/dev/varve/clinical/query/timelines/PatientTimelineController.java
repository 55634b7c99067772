package dev.varve.clinical.query.timelines;

import static dev.varve.clinical.query.generated.Tables.PATIENT_TIMELINE;

import dev.varve.query.Reads;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jooq.DSLContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** A patient's timeline, by pseudonym: an address must not tell whom it is about. */
@RestController
@Reads(PatientTimelineProjection.class)
class PatientTimelineController {

    private final DSLContext database;

    PatientTimelineController(DSLContext database) {
        this.database = database;
    }

    /** What happened to a patient's recordings, in the order of the log. */
    @GetMapping("/api/v1/clinical/patients/{patient}/timeline")
    List<TimelineEntry> timeline(
            @PathVariable @Pattern(regexp = "[0-9a-f]{32}") String patient,
            @RequestParam(defaultValue = "0") @Min(0) long after,
            @RequestParam(defaultValue = "100") @Min(1) @Max(500) int limit) {
        return database.selectFrom(PATIENT_TIMELINE)
                .where(PATIENT_TIMELINE.PATIENT.eq(patient))
                .and(PATIENT_TIMELINE.POSITION.gt(after))
                .orderBy(PATIENT_TIMELINE.POSITION)
                .limit(limit)
                .fetch(row -> new TimelineEntry(
                        row.get(PATIENT_TIMELINE.POSITION),
                        row.get(PATIENT_TIMELINE.RECORDING_ID),
                        row.get(PATIENT_TIMELINE.VERSION),
                        row.get(PATIENT_TIMELINE.CHANGE),
                        row.get(PATIENT_TIMELINE.ACTOR),
                        row.get(PATIENT_TIMELINE.OCCASION).toLowerCase(Locale.ROOT),
                        row.get(PATIENT_TIMELINE.AT)));
    }

    /**
     * One thing that happened.
     *
     * @param position its place in the log; the last one's is {@code after} for the next page
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record TimelineEntry(
            long position, UUID recordingId, long version, String change, String actor, String occasion, Instant at) {}
}
