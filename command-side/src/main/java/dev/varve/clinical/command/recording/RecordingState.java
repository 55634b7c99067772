package dev.varve.clinical.command.recording;

import dev.varve.clinical.command.recording.Edits.Edit;
import dev.varve.clinical.events.AudioContent;
import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.ConflictId;
import dev.varve.clinical.events.EditableField;
import dev.varve.clinical.events.FailureKind;
import dev.varve.clinical.events.FieldConflict;
import dev.varve.clinical.events.ImportedRecording;
import dev.varve.clinical.events.PatientPseudonym;
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
import dev.varve.clinical.events.RecordingId;
import dev.varve.clinical.events.RecordingStatus;
import dev.varve.clinical.events.VerificationResults;
import dev.varve.events.PersonalText;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A recording as its events make it: what the aggregate decides on, and what the log answers for a moment in the past.
 *
 * <p>Beside the fields it remembers at which version each editable field was last changed, which offline changes were
 * taken in, and which conflicts wait.
 */
public final class RecordingState {

    /** What the predecessor's database says when nobody named a model. */
    static final String DEFAULT_WHISPER_MODEL = "base";

    final RecordingId id;
    final PatientPseudonym patient;
    final PersonalText patientId;
    final ClinicianId clinicianId;
    final Instant createdAt;
    final @Nullable String localStorageKey;
    final boolean imported;

    RecordingStatus status = RecordingStatus.PENDING;
    Instant updatedAt;
    long version;

    @Nullable Integer durationSeconds;

    @Nullable PersonalText audioFilePath;

    @Nullable Long audioFileSize;

    @Nullable AudioContent audio;

    @Nullable FailureKind failure;

    @Nullable PersonalText errorMessage;

    int retryCount;
    int uploadAttempts;

    @Nullable Instant uploadedAt;

    @Nullable Instant processedAt;

    @Nullable PersonalText transcript;

    @Nullable PersonalText draftTranscript;

    @Nullable PersonalText finalTranscript;

    String whisperModel = DEFAULT_WHISPER_MODEL;

    @Nullable Instant transcriptionStartedAt;

    @Nullable Instant transcriptionCompletedAt;

    @Nullable PersonalText fhirBundle;

    @Nullable String llmModel;

    @Nullable Instant extractionStartedAt;

    @Nullable Instant extractionCompletedAt;

    @Nullable VerificationResults verificationResults;

    @Nullable Double verificationScore;

    @Nullable Instant verifiedAt;

    private final Map<EditableField, Long> changedAt = new EnumMap<>(EditableField.class);
    private final Map<String, Merge> merges = new HashMap<>();
    private final Map<ConflictId, List<FieldConflict>> conflicts = new HashMap<>();

    RecordingState(RecordingCreated e) {
        id = e.recordingId();
        patient = e.patient();
        patientId = e.patientId();
        clinicianId = e.clinicianId();
        createdAt = e.provenance().at();
        updatedAt = createdAt;
        localStorageKey = e.localStorageKey();
        imported = false;
        durationSeconds = e.durationSeconds();
        audioFilePath = e.audioFilePath();
        draftTranscript = e.draftTranscript();
        if (e.changeId() != null) {
            merges.put(e.changeId(), new Merge(true, List.of(), List.of()));
        }
    }

    RecordingState(RecordingImported e) {
        ImportedRecording as = e.recording();
        id = e.recordingId();
        patient = e.patient();
        patientId = as.patientId();
        clinicianId = as.clinicianId();
        createdAt = as.createdAt();
        updatedAt = as.updatedAt();
        localStorageKey = as.localStorageKey();
        imported = true;
        status = as.status();
        durationSeconds = as.durationSeconds();
        audioFilePath = as.audioFilePath();
        audioFileSize = as.audioFileSize();
        errorMessage = as.errorMessage();
        retryCount = as.retryCount();
        uploadAttempts = as.uploadAttempts();
        uploadedAt = as.uploadedAt();
        processedAt = as.processedAt();
        transcript = as.transcript();
        draftTranscript = as.draftTranscript();
        finalTranscript = as.finalTranscript();
        whisperModel = as.whisperModel() == null ? DEFAULT_WHISPER_MODEL : as.whisperModel();
        transcriptionStartedAt = as.transcriptionStartedAt();
        transcriptionCompletedAt = as.transcriptionCompletedAt();
        fhirBundle = as.fhirBundle();
        llmModel = as.llmModel();
        extractionStartedAt = as.extractionStartedAt();
        extractionCompletedAt = as.extractionCompletedAt();
        verificationResults = as.verificationResults();
        verificationScore = as.verificationScore();
        verifiedAt = as.verifiedAt();
    }

    /** The state after an event that begins a recording. */
    static Optional<RecordingState> begun(RecordingEvent event) {
        return switch (event) {
            case RecordingCreated e -> Optional.of(new RecordingState(e));
            case RecordingImported e -> Optional.of(new RecordingState(e));
            default -> Optional.empty();
        };
    }

    /** @param at the stream's version after the event */
    void evolve(RecordingEvent event, long at) {
        version = at;
        updatedAt = event.provenance().at();
        switch (event) {
            case RecordingCreated e ->
                throw new IllegalStateException("recording " + e.recordingId() + " begins twice");
            case RecordingImported e ->
                throw new IllegalStateException("recording " + e.recordingId() + " begins twice");
            case UploadStarted e -> {
                status = RecordingStatus.UPLOADING;
                uploadAttempts = e.attempt();
            }
            case AudioAttached e -> {
                audio = e.audio();
                audioFileSize = e.audio().size();
                if (e.audioFilePath() != null) {
                    audioFilePath = e.audioFilePath();
                    changedAt.put(EditableField.AUDIO_FILE_PATH, at);
                }
                status = RecordingStatus.QUEUED;
                uploadedAt = e.provenance().at();
            }
            case RecordingQueued e -> {
                status = RecordingStatus.QUEUED;
                uploadedAt = e.provenance().at();
            }
            case ProcessingStarted e -> {
                status = RecordingStatus.PROCESSING;
                transcriptionStartedAt = e.provenance().at();
                whisperModel = e.whisperModel() == null ? whisperModel : e.whisperModel();
            }
            case TranscriptionRecorded e -> evolve(e, at);
            case ExtractionRecorded e -> {
                fhirBundle = e.fhirBundle();
                llmModel = e.llmModel();
                extractionStartedAt = e.startedAt();
                extractionCompletedAt = e.completedAt();
            }
            case VerificationRecorded e -> {
                verificationResults = e.results();
                verificationScore = e.results().score();
                verifiedAt = e.provenance().at();
            }
            case RecordingCompleted e -> {
                status = RecordingStatus.COMPLETED;
                processedAt = e.provenance().at();
                failure = null;
                errorMessage = null;
            }
            case RecordingFailed e -> {
                status = RecordingStatus.ERROR;
                failure = e.failure();
                errorMessage = e.errorMessage();
            }
            case RecordingRequeued e -> {
                status = RecordingStatus.QUEUED;
                retryCount = e.retryCount();
            }
            case DurationChanged e -> {
                durationSeconds = e.durationSeconds();
                changedAt.put(EditableField.DURATION_SECONDS, at);
            }
            case AudioFilePathChanged e -> {
                audioFilePath = e.audioFilePath();
                changedAt.put(EditableField.AUDIO_FILE_PATH, at);
            }
            case DraftTranscriptChanged e -> {
                draftTranscript = e.draftTranscript();
                changedAt.put(EditableField.DRAFT_TRANSCRIPT, at);
            }
            case FinalTranscriptChanged e -> {
                finalTranscript = e.finalTranscript();
                changedAt.put(EditableField.FINAL_TRANSCRIPT, at);
            }
            case OfflineChangeMerged e -> merges.put(e.changeId(), new Merge(true, e.applied(), List.of()));
            case ConflictFound e -> conflicts.put(e.conflictId(), e.fields());
            case ConflictResolved e -> conflicts.remove(e.conflictId());
        }
    }

    private void evolve(TranscriptionRecorded e, long at) {
        if (e.transcript() != null) {
            transcript = e.transcript();
        }
        if (e.finalTranscript() != null) {
            finalTranscript = e.finalTranscript();
            changedAt.put(EditableField.FINAL_TRANSCRIPT, at);
        }
        whisperModel = e.whisperModel();
        if (e.startedAt() != null) {
            transcriptionStartedAt = e.startedAt();
        }
        transcriptionCompletedAt = e.completedAt();
    }

    /** Whether a field was changed after a version; whoever had that version has not seen it. */
    boolean changedSince(EditableField field, long baseVersion) {
        return changedAt.getOrDefault(field, 0L) > baseVersion;
    }

    /** What became of an offline change that was taken in before. */
    Optional<Merge> merged(String changeId) {
        return Optional.ofNullable(merges.get(changeId)).map(merge -> {
            List<EditableField> waiting = conflicts.getOrDefault(new ConflictId(changeId), List.of()).stream()
                    .map(FieldConflict::field)
                    .toList();
            return new Merge(true, merge.applied(), waiting);
        });
    }

    /** Whether it can be given this audio, or has it. */
    public boolean takes(PatientPseudonym whose, String contentId) {
        boolean waits = status == RecordingStatus.PENDING || status == RecordingStatus.UPLOADING;
        return patient.equals(whose)
                && (waits || (audio != null && audio.contentId().equals(contentId)));
    }

    Optional<List<FieldConflict>> conflict(ConflictId conflictId) {
        return Optional.ofNullable(conflicts.get(conflictId));
    }

    public RecordingId id() {
        return id;
    }

    public PatientPseudonym patient() {
        return patient;
    }

    public ClinicianId clinicianId() {
        return clinicianId;
    }

    public RecordingStatus status() {
        return status;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public long version() {
        return version;
    }

    /** What may be changed, as it is. */
    public Edits editable() {
        return new Edits(
                new Edit<>(durationSeconds),
                new Edit<>(audioFilePath),
                new Edit<>(draftTranscript),
                new Edit<>(finalTranscript));
    }
}
