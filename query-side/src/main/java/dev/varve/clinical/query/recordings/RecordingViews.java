package dev.varve.clinical.query.recordings;

import static dev.varve.clinical.query.generated.Tables.RECORDING;

import dev.varve.clinical.events.VerificationResults;
import dev.varve.clinical.query.OpenedTexts;
import dev.varve.clinical.query.recordings.RecordingView.AlertView;
import dev.varve.clinical.query.recordings.RecordingView.VerificationView;
import dev.varve.query.Json;
import java.util.List;
import java.util.Locale;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Makes views of rows, and opens what is sealed in them. */
@Component
final class RecordingViews {

    private static final TypeReference<VerificationResults> RESULTS = new TypeReference<>() {};

    private final OpenedTexts texts;
    private final JsonMapper json;

    RecordingViews(OpenedTexts texts, JsonMapper json) {
        this.texts = texts;
        this.json = json;
    }

    RecordingView of(Record row) {
        String patient = row.get(RECORDING.PATIENT);
        String bundle = open(row, RECORDING.FHIR_BUNDLE_SEALED);
        return new RecordingView(
                row.get(RECORDING.RECORDING_ID),
                open(row, RECORDING.PATIENT_ID_SEALED),
                row.get(RECORDING.CLINICIAN_ID),
                row.get(RECORDING.DURATION_SECONDS),
                row.get(RECORDING.STATUS),
                row.get(RECORDING.CREATED_AT),
                open(row, RECORDING.AUDIO_FILE_PATH_SEALED),
                row.get(RECORDING.AUDIO_FILE_SIZE),
                open(row, RECORDING.ERROR_MESSAGE_SEALED),
                row.get(RECORDING.RETRY_COUNT),
                row.get(RECORDING.UPDATED_AT),
                row.get(RECORDING.UPLOADED_AT),
                row.get(RECORDING.PROCESSED_AT),
                open(row, RECORDING.TRANSCRIPT_SEALED),
                verification(row.get(RECORDING.VERIFICATION_RESULTS)),
                open(row, RECORDING.DRAFT_TRANSCRIPT_SEALED),
                open(row, RECORDING.FINAL_TRANSCRIPT_SEALED),
                row.get(RECORDING.LOCAL_STORAGE_KEY),
                row.get(RECORDING.UPLOAD_ATTEMPTS),
                row.get(RECORDING.WHISPER_MODEL),
                row.get(RECORDING.TRANSCRIPTION_STARTED_AT),
                row.get(RECORDING.TRANSCRIPTION_COMPLETED_AT),
                bundle == null ? null : json.readTree(bundle),
                row.get(RECORDING.LLM_MODEL),
                row.get(RECORDING.EXTRACTION_STARTED_AT),
                row.get(RECORDING.EXTRACTION_COMPLETED_AT),
                row.get(RECORDING.VERIFICATION_SCORE),
                row.get(RECORDING.VERIFIED_AT),
                row.get(RECORDING.FAILURE),
                row.get(RECORDING.AUDIO_CONTENT_ID),
                row.get(RECORDING.AUDIO_MEDIA_TYPE),
                patient,
                texts.erased(patient),
                row.get(RECORDING.IMPORTED),
                row.get(RECORDING.VERSION),
                row.get(RECORDING.POSITION));
    }

    private @Nullable String open(Record row, TableField<?, String> sealed) {
        return texts.open(row.get(RECORDING.PATIENT), row.get(sealed));
    }

    private @Nullable VerificationView verification(@Nullable JSONB document) {
        if (document == null) {
            return null;
        }
        VerificationResults results = Json.read(document, RESULTS);
        List<AlertView> alerts = results.alerts().stream()
                .map(alert -> new AlertView(
                        alert.ruleId(),
                        texts.open(alert.message()),
                        alert.severity().name().toLowerCase(Locale.ROOT),
                        alert.field()))
                .toList();
        return new VerificationView(
                results.passed(),
                results.score(),
                results.issues().stream().<@Nullable String>map(texts::open).toList(),
                results.checksPerformed(),
                alerts);
    }
}
