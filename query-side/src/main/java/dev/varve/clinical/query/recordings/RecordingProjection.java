package dev.varve.clinical.query.recordings;

import static dev.varve.clinical.query.generated.Tables.RECORDING;

import dev.varve.clinical.events.ImportedRecording;
import dev.varve.clinical.events.RecordingEvent;
import dev.varve.clinical.events.RecordingEvent.AudioAttached;
import dev.varve.clinical.events.RecordingEvent.AudioFilePathChanged;
import dev.varve.clinical.events.RecordingEvent.ConflictFound;
import dev.varve.clinical.events.RecordingEvent.ConflictResolved;
import dev.varve.clinical.events.RecordingEvent.DraftTranscriptChanged;
import dev.varve.clinical.events.RecordingEvent.DurationChanged;
import dev.varve.clinical.events.RecordingEvent.ExtractionRecorded;
import dev.varve.clinical.events.RecordingEvent.FinalTranscriptChanged;
import dev.varve.clinical.events.RecordingEvent.OfflineChangeMerged;
import dev.varve.clinical.events.RecordingEvent.ProcessingStarted;
import dev.varve.clinical.events.RecordingEvent.RecordingCompleted;
import dev.varve.clinical.events.RecordingEvent.RecordingCreated;
import dev.varve.clinical.events.RecordingEvent.RecordingFailed;
import dev.varve.clinical.events.RecordingEvent.RecordingImported;
import dev.varve.clinical.events.RecordingEvent.RecordingQueued;
import dev.varve.clinical.events.RecordingEvent.RecordingRequeued;
import dev.varve.clinical.events.RecordingEvent.TranscriptionRecorded;
import dev.varve.clinical.events.RecordingEvent.UploadStarted;
import dev.varve.clinical.events.RecordingEvent.VerificationRecorded;
import dev.varve.clinical.events.RecordingStatus;
import dev.varve.events.PersonalText;
import dev.varve.projection.Changes;
import dev.varve.projection.Key;
import dev.varve.projection.Projection;
import dev.varve.projection.RecordedEvent;
import dev.varve.projection.RowChange;
import dev.varve.query.Json;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jooq.JSONB;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Recordings as they are; what is due stands in the same rows. */
@Component
public final class RecordingProjection implements Projection<RecordingEvent> {

    private static final String DEFAULT_WHISPER_MODEL = "base";

    @Override
    public String name() {
        return "clinical.recordings";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<RecordingEvent> eventType() {
        return RecordingEvent.class;
    }

    @Override
    public Set<Table<?>> tables() {
        return Set.of(RECORDING);
    }

    @Override
    public void project(RecordedEvent<RecordingEvent> event, Changes changes) {
        Key key = Key.of(RECORDING.RECORDING_ID, event.payload().recordingId().value());
        RowChange row = event.payload() instanceof RecordingCreated || event.payload() instanceof RecordingImported
                ? changes.upsert(key)
                        .set(RECORDING.PATIENT, event.payload().patient().value())
                : changes.patch(key);
        row.set(RECORDING.UPDATED_AT, event.payload().provenance().at()).set(RECORDING.VERSION, event.version());
        happened(event.payload(), row);
    }

    private static void happened(RecordingEvent event, RowChange row) {
        Instant at = event.provenance().at();
        switch (event) {
            case RecordingCreated e -> created(e, row);
            case RecordingImported e -> imported(e.recording(), dueSince(e), row);
            case UploadStarted e ->
                status(row, RecordingStatus.UPLOADING, null).set(RECORDING.UPLOAD_ATTEMPTS, e.attempt());
            case AudioAttached e -> attached(e, row);
            case RecordingQueued e -> status(row, RecordingStatus.QUEUED, at).set(RECORDING.UPLOADED_AT, at);
            case ProcessingStarted e -> {
                status(row, RecordingStatus.PROCESSING, null).set(RECORDING.TRANSCRIPTION_STARTED_AT, at);
                if (e.whisperModel() != null) {
                    row.set(RECORDING.WHISPER_MODEL, e.whisperModel());
                }
            }
            case TranscriptionRecorded e -> transcribed(e, row);
            case ExtractionRecorded e ->
                row.set(RECORDING.FHIR_BUNDLE_SEALED, e.fhirBundle().sealed())
                        .set(RECORDING.LLM_MODEL, e.llmModel())
                        .set(RECORDING.EXTRACTION_STARTED_AT, e.startedAt())
                        .set(RECORDING.EXTRACTION_COMPLETED_AT, e.completedAt());
            case VerificationRecorded e ->
                row.set(RECORDING.VERIFICATION_RESULTS, Json.binary(e.results()))
                        .set(RECORDING.VERIFICATION_SCORE, e.results().score())
                        .set(RECORDING.VERIFIED_AT, at);
            case RecordingCompleted e ->
                status(row, RecordingStatus.COMPLETED, null)
                        .set(RECORDING.PROCESSED_AT, at)
                        .set(RECORDING.FAILURE, null)
                        .set(RECORDING.ERROR_MESSAGE_SEALED, null);
            case RecordingFailed e ->
                status(row, RecordingStatus.ERROR, e.retryable() ? at : null)
                        .set(RECORDING.FAILURE, e.failure().name().toLowerCase(Locale.ROOT))
                        .set(RECORDING.ERROR_MESSAGE_SEALED, sealed(e.errorMessage()));
            case RecordingRequeued e ->
                status(row, RecordingStatus.QUEUED, at).set(RECORDING.RETRY_COUNT, e.retryCount());
            case DurationChanged e -> row.set(RECORDING.DURATION_SECONDS, e.durationSeconds());
            case AudioFilePathChanged e -> row.set(RECORDING.AUDIO_FILE_PATH_SEALED, sealed(e.audioFilePath()));
            case DraftTranscriptChanged e -> row.set(RECORDING.DRAFT_TRANSCRIPT_SEALED, sealed(e.draftTranscript()));
            case FinalTranscriptChanged e -> row.set(RECORDING.FINAL_TRANSCRIPT_SEALED, sealed(e.finalTranscript()));
            // These change no field by themselves; the version has moved.
            case OfflineChangeMerged e -> {}
            case ConflictFound e -> {}
            case ConflictResolved e -> {}
        }
    }

    /** @param dueSince since when somebody has to work on it; null: nobody has to */
    private static RowChange status(RowChange row, RecordingStatus status, @Nullable Instant dueSince) {
        return row.set(RECORDING.STATUS, status.word()).set(RECORDING.DUE_SINCE, dueSince);
    }

    private static void created(RecordingCreated e, RowChange row) {
        status(row, RecordingStatus.PENDING, null)
                .set(RECORDING.PATIENT_ID_SEALED, e.patientId().sealed())
                .set(RECORDING.CLINICIAN_ID, e.clinicianId().value())
                .set(RECORDING.DURATION_SECONDS, e.durationSeconds())
                .set(RECORDING.AUDIO_FILE_PATH_SEALED, sealed(e.audioFilePath()))
                .set(RECORDING.DRAFT_TRANSCRIPT_SEALED, sealed(e.draftTranscript()))
                .set(RECORDING.LOCAL_STORAGE_KEY, e.localStorageKey())
                .set(RECORDING.CREATED_AT, e.provenance().at());
    }

    private static void imported(ImportedRecording as, @Nullable Instant dueSince, RowChange row) {
        status(row, as.status(), dueSince)
                .set(RECORDING.PATIENT_ID_SEALED, as.patientId().sealed())
                .set(RECORDING.CLINICIAN_ID, as.clinicianId().value())
                .set(RECORDING.AUDIO_FILE_PATH_SEALED, sealed(as.audioFilePath()))
                .set(RECORDING.AUDIO_FILE_SIZE, as.audioFileSize())
                .set(RECORDING.DURATION_SECONDS, as.durationSeconds())
                .set(RECORDING.ERROR_MESSAGE_SEALED, sealed(as.errorMessage()))
                .set(RECORDING.RETRY_COUNT, as.retryCount())
                .set(RECORDING.CREATED_AT, as.createdAt())
                .set(RECORDING.UPDATED_AT, as.updatedAt())
                .set(RECORDING.UPLOADED_AT, as.uploadedAt())
                .set(RECORDING.PROCESSED_AT, as.processedAt())
                .set(RECORDING.TRANSCRIPT_SEALED, sealed(as.transcript()))
                .set(RECORDING.VERIFICATION_RESULTS, json(as.verificationResults()))
                .set(RECORDING.DRAFT_TRANSCRIPT_SEALED, sealed(as.draftTranscript()))
                .set(RECORDING.FINAL_TRANSCRIPT_SEALED, sealed(as.finalTranscript()))
                .set(RECORDING.LOCAL_STORAGE_KEY, as.localStorageKey())
                .set(RECORDING.UPLOAD_ATTEMPTS, as.uploadAttempts())
                .set(RECORDING.WHISPER_MODEL, as.whisperModel() == null ? DEFAULT_WHISPER_MODEL : as.whisperModel())
                .set(RECORDING.TRANSCRIPTION_STARTED_AT, as.transcriptionStartedAt())
                .set(RECORDING.TRANSCRIPTION_COMPLETED_AT, as.transcriptionCompletedAt())
                .set(RECORDING.FHIR_BUNDLE_SEALED, sealed(as.fhirBundle()))
                .set(RECORDING.LLM_MODEL, as.llmModel())
                .set(RECORDING.EXTRACTION_STARTED_AT, as.extractionStartedAt())
                .set(RECORDING.EXTRACTION_COMPLETED_AT, as.extractionCompletedAt())
                .set(RECORDING.VERIFICATION_SCORE, as.verificationScore())
                .set(RECORDING.VERIFIED_AT, as.verifiedAt())
                .set(RECORDING.IMPORTED, true);
    }

    private static @Nullable Instant dueSince(RecordingImported e) {
        ImportedRecording as = e.recording();
        return switch (as.status()) {
            case QUEUED -> as.uploadedAt() == null ? as.updatedAt() : as.uploadedAt();
            case ERROR -> e.retryable() ? as.updatedAt() : null;
            case PENDING, UPLOADING, PROCESSING, COMPLETED -> null;
        };
    }

    private static void attached(AudioAttached e, RowChange row) {
        Instant at = e.provenance().at();
        status(row, RecordingStatus.QUEUED, at)
                .set(RECORDING.UPLOADED_AT, at)
                .set(RECORDING.AUDIO_CONTENT_ID, e.audio().contentId())
                .set(RECORDING.AUDIO_FILE_SIZE, e.audio().size())
                .set(RECORDING.AUDIO_MEDIA_TYPE, e.audio().mediaType());
        if (e.audioFilePath() != null) {
            row.set(RECORDING.AUDIO_FILE_PATH_SEALED, e.audioFilePath().sealed());
        }
    }

    private static void transcribed(TranscriptionRecorded e, RowChange row) {
        if (e.transcript() != null) {
            row.set(RECORDING.TRANSCRIPT_SEALED, e.transcript().sealed());
        }
        if (e.finalTranscript() != null) {
            row.set(RECORDING.FINAL_TRANSCRIPT_SEALED, e.finalTranscript().sealed());
        }
        if (e.startedAt() != null) {
            row.set(RECORDING.TRANSCRIPTION_STARTED_AT, e.startedAt());
        }
        row.set(RECORDING.WHISPER_MODEL, e.whisperModel()).set(RECORDING.TRANSCRIPTION_COMPLETED_AT, e.completedAt());
    }

    private static @Nullable String sealed(@Nullable PersonalText text) {
        return text == null ? null : text.sealed();
    }

    private static @Nullable JSONB json(@Nullable Object value) {
        return value == null ? null : Json.binary(value);
    }
}
