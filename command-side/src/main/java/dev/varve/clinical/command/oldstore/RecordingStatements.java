package dev.varve.clinical.command.oldstore;

import dev.varve.clinical.command.recording.ImportRecording;
import dev.varve.clinical.command.recording.SealedTexts;
import dev.varve.clinical.events.ImportedRecording;
import dev.varve.command.ingestion.RowStatements;
import dev.varve.command.ingestion.StatedRow;
import dev.varve.events.PersonalText;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
    public List<StatedRow> of(Object command) {
        if (!(command instanceof ImportRecording imported)) {
            return List.of();
        }
        ImportedRecording r = imported.recording();
        Function<PersonalText, Optional<String>> open = texts.opener(imported.patient());
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put(PATIENT, imported.patient().value());
        put(columns, "patient_id", r.patientId(), open);
        columns.put("clinician_id", r.clinicianId().value());
        columns.put("status", r.status().word());
        columns.put("duration_seconds", r.durationSeconds());
        put(columns, "audio_file_path", r.audioFilePath(), open);
        columns.put("audio_file_size", r.audioFileSize());
        put(columns, "error_message", r.errorMessage(), open);
        columns.put("retry_count", r.retryCount());
        columns.put("upload_attempts", r.uploadAttempts());
        columns.put("created_at", r.createdAt());
        columns.put("updated_at", r.updatedAt());
        columns.put("uploaded_at", r.uploadedAt());
        columns.put("processed_at", r.processedAt());
        put(columns, "transcript", r.transcript(), open);
        put(columns, "draft_transcript", r.draftTranscript(), open);
        put(columns, "final_transcript", r.finalTranscript(), open);
        columns.put("local_storage_key", r.localStorageKey());
        columns.put("transcription_started_at", r.transcriptionStartedAt());
        columns.put("transcription_completed_at", r.transcriptionCompletedAt());
        put(columns, "fhir_bundle", r.fhirBundle(), open);
        columns.put("llm_model", r.llmModel());
        columns.put("extraction_started_at", r.extractionStartedAt());
        columns.put("extraction_completed_at", r.extractionCompletedAt());
        columns.put("verification_score", r.verificationScore());
        columns.put("verified_at", r.verifiedAt());
        return List.of(new StatedRow(TABLE, imported.recordingId().toString(), columns, Instant.EPOCH));
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

    private static void put(
            Map<String, @Nullable Object> columns,
            String name,
            @Nullable PersonalText text,
            Function<PersonalText, Optional<String>> open) {
        columns.put(name + SEALED, text == null ? null : open.apply(text).orElse(null));
    }
}
