package dev.varve.clinical.query.recordings;

import static dev.varve.clinical.query.generated.Tables.CONFLICT;
import static dev.varve.clinical.query.generated.Tables.RECORDING;

import dev.varve.clinical.events.FieldConflict;
import dev.varve.clinical.query.OpenedTexts;
import dev.varve.clinical.query.recordings.ConflictView.FieldView;
import dev.varve.query.Json;
import dev.varve.query.Reads;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.type.TypeReference;

/** Conflicts that wait for a person, over all clinicians. */
@RestController
@Reads({RecordingProjection.class, ConflictProjection.class})
class ConflictController {

    private static final TypeReference<List<FieldConflict>> FIELDS = new TypeReference<>() {};

    private final DSLContext database;
    private final OpenedTexts texts;

    ConflictController(DSLContext database, OpenedTexts texts) {
        this.database = database;
        this.texts = texts;
    }

    /** Those that are open, oldest first. */
    @GetMapping("/api/v1/recordings/conflicts")
    List<ConflictView> open(@RequestParam(defaultValue = "100") @Min(1) @Max(500) int limit) {
        return database.select(CONFLICT.fields())
                .select(RECORDING.fields())
                .from(CONFLICT)
                .join(RECORDING)
                .on(RECORDING.RECORDING_ID.eq(CONFLICT.RECORDING_ID))
                .where(CONFLICT.RESOLVED_AT.isNull())
                .orderBy(CONFLICT.FOUND_AT, CONFLICT.RECORDING_ID)
                .limit(limit)
                .fetch(this::view);
    }

    private ConflictView view(Record row) {
        return new ConflictView(
                row.get(CONFLICT.CONFLICT_ID),
                row.get(CONFLICT.RECORDING_ID),
                row.get(RECORDING.CLINICIAN_ID),
                row.get(CONFLICT.BASE_VERSION),
                row.get(RECORDING.VERSION),
                row.get(CONFLICT.FOUND_AT),
                row.get(CONFLICT.FOUND_BY),
                Json.read(row.get(CONFLICT.FIELDS), FIELDS).stream()
                        .map(field -> both(field, row))
                        .toList());
    }

    private FieldView both(FieldConflict conflict, Record row) {
        String patient = row.get(RECORDING.PATIENT);
        String name = conflict.field().word();
        String text = texts.open(conflict.clientText());
        return switch (conflict.field()) {
            case DURATION_SECONDS -> new FieldView(name, conflict.clientNumber(), row.get(RECORDING.DURATION_SECONDS));
            case AUDIO_FILE_PATH ->
                new FieldView(name, text, texts.open(patient, row.get(RECORDING.AUDIO_FILE_PATH_SEALED)));
            case DRAFT_TRANSCRIPT ->
                new FieldView(name, text, texts.open(patient, row.get(RECORDING.DRAFT_TRANSCRIPT_SEALED)));
            case FINAL_TRANSCRIPT ->
                new FieldView(name, text, texts.open(patient, row.get(RECORDING.FINAL_TRANSCRIPT_SEALED)));
        };
    }
}
