package dev.varve.clinical.command.oldstore;

import dev.varve.clinical.command.recording.ImportRecording;
import dev.varve.clinical.command.recording.SealedTexts;
import dev.varve.clinical.events.ImportedRecording;
import dev.varve.command.ingestion.IngestionRow;
import dev.varve.command.ingestion.RowStatements;
import dev.varve.command.ingestion.StatedRow;
import dev.varve.command.ingestion.oldstore.BrokenField;
import dev.varve.command.ingestion.oldstore.OldRow;
import dev.varve.events.PersonalText;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an imported recording comes to in the read model; sealed texts are compared by what they say. */
final class RecordingStatements implements RowStatements {

    private static final String TABLE = "clinical.recording";
    private static final String SEALED = "_sealed";
    private static final String PATIENT = "patient";

    private final SealedTexts texts;

    RecordingStatements(SealedTexts texts) {
        this.texts = texts;
    }

    @Override
    public List<StatedRow> of(IngestionRow row) {
        return row.stated();
    }

    /** @param row what the command was made of: its texts as they were before they were sealed */
    static StatedRow of(ImportRecording imported, OldRow row) throws BrokenField {
        ImportedRecording r = imported.recording();
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put(PATIENT, imported.patient().value());
        columns.put("patient_id" + SEALED, row.required("patient_id"));
        columns.put("clinician_id", r.clinicianId().value());
        columns.put("status", r.status().word());
        columns.put("duration_seconds", r.durationSeconds());
        columns.put("audio_file_path" + SEALED, row.text("audio_file_path"));
        columns.put("audio_file_size", r.audioFileSize());
        columns.put("error_message" + SEALED, row.text("error_message"));
        columns.put("retry_count", r.retryCount());
        columns.put("upload_attempts", r.uploadAttempts());
        columns.put("created_at", r.createdAt());
        columns.put("updated_at", r.updatedAt());
        columns.put("uploaded_at", r.uploadedAt());
        columns.put("processed_at", r.processedAt());
        columns.put("transcript" + SEALED, row.text("transcript"));
        columns.put("draft_transcript" + SEALED, row.text("draft_transcript"));
        columns.put("final_transcript" + SEALED, row.text("final_transcript"));
        columns.put("local_storage_key", r.localStorageKey());
        columns.put("transcription_started_at", r.transcriptionStartedAt());
        columns.put("transcription_completed_at", r.transcriptionCompletedAt());
        columns.put("fhir_bundle" + SEALED, row.text("fhir_bundle"));
        columns.put("llm_model", r.llmModel());
        columns.put("extraction_started_at", r.extractionStartedAt());
        columns.put("extraction_completed_at", r.extractionCompletedAt());
        columns.put("verification_score", r.verificationScore());
        columns.put("verified_at", r.verifiedAt());
        return new StatedRow(TABLE, imported.recordingId().toString(), columns, Instant.EPOCH);
    }

    @Override
    public Map<String, @Nullable Object> comparable(String table, Map<String, @Nullable Object> stored) {
        Map<String, @Nullable Object> opened = new LinkedHashMap<>(stored);
        String patient = String.valueOf(stored.get(PATIENT));
        opened.replaceAll((column, value) -> column.endsWith(SEALED) && value != null
                ? texts.open(new PersonalText(patient, value.toString()))
                : value);
        return opened;
    }
}
