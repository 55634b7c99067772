package dev.varve.clinical.events;

import dev.varve.events.EventType;
import dev.varve.events.PersonalText;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a recording. Each event says who, when and why, and whose it is; what it says of the patient is sealed.
 */
public sealed interface RecordingEvent extends ClinicalEvent {

    RecordingId recordingId();

    PatientPseudonym patient();

    Provenance provenance();

    /**
     * A consultation was recorded; its audio may still be on the client's device.
     *
     * @param localStorageKey the client's own name for it
     * @param changeId the offline change that it came with; null when it came at once
     */
    @EventType("clinical.recording-created")
    record RecordingCreated(
            RecordingId recordingId,
            PatientPseudonym patient,
            PersonalText patientId,
            ClinicianId clinicianId,
            @Nullable Integer durationSeconds,
            @Nullable PersonalText audioFilePath,
            @Nullable PersonalText draftTranscript,
            @Nullable String localStorageKey,
            @Nullable String changeId,
            Provenance provenance)
            implements RecordingEvent {}

    /**
     * A recording was taken over from another database; its provenance says when, its fields keep their own times.
     *
     * @param retryable whether it has failed there and may be queued again: fewer retries than the limit of that time
     */
    @EventType("clinical.recording-imported")
    record RecordingImported(
            RecordingId recordingId,
            PatientPseudonym patient,
            ImportedRecording recording,
            boolean retryable,
            Provenance provenance)
            implements RecordingEvent {}

    /**
     * The client began to send the audio.
     *
     * @param attempt counted from 1
     */
    @EventType("clinical.upload-started")
    record UploadStarted(RecordingId recordingId, PatientPseudonym patient, int attempt, Provenance provenance)
            implements RecordingEvent {}

    /** The audio is stored here, and the recording waits to be transcribed. */
    @EventType("clinical.audio-attached")
    record AudioAttached(
            RecordingId recordingId,
            PatientPseudonym patient,
            AudioContent audio,
            @Nullable PersonalText audioFilePath,
            Provenance provenance)
            implements RecordingEvent {}

    /** The audio is where its path says, and the recording waits to be transcribed. */
    @EventType("clinical.recording-queued")
    record RecordingQueued(RecordingId recordingId, PatientPseudonym patient, Provenance provenance)
            implements RecordingEvent {}

    /**
     * The recording is being transcribed.
     *
     * @param whisperModel the model that will transcribe, where it is known beforehand
     */
    @EventType("clinical.processing-started")
    record ProcessingStarted(
            RecordingId recordingId,
            PatientPseudonym patient,
            @Nullable String whisperModel,
            Provenance provenance) implements RecordingEvent {}

    /**
     * The audio was transcribed.
     *
     * @param transcript as the model gave it
     * @param finalTranscript as it is to be read; null keeps what is there
     */
    @EventType("clinical.transcription-recorded")
    record TranscriptionRecorded(
            RecordingId recordingId,
            PatientPseudonym patient,
            @Nullable PersonalText transcript,
            @Nullable PersonalText finalTranscript,
            String whisperModel,
            @Nullable Instant startedAt,
            Instant completedAt,
            Provenance provenance)
            implements RecordingEvent {}

    /**
     * A note was made of the transcript.
     *
     * @param fhirBundle the note as a FHIR bundle, JSON
     */
    @EventType("clinical.extraction-recorded")
    record ExtractionRecorded(
            RecordingId recordingId,
            PatientPseudonym patient,
            PersonalText fhirBundle,
            String llmModel,
            @Nullable Instant startedAt,
            Instant completedAt,
            Provenance provenance)
            implements RecordingEvent {}

    @EventType("clinical.verification-recorded")
    record VerificationRecorded(
            RecordingId recordingId, PatientPseudonym patient, VerificationResults results, Provenance provenance)
            implements RecordingEvent {}

    @EventType("clinical.recording-completed")
    record RecordingCompleted(RecordingId recordingId, PatientPseudonym patient, Provenance provenance)
            implements RecordingEvent {}

    /**
     * Processing failed.
     *
     * @param retryable whether it may be queued again: fewer retries than the limit of that time
     */
    @EventType("clinical.recording-failed")
    record RecordingFailed(
            RecordingId recordingId,
            PatientPseudonym patient,
            FailureKind failure,
            @Nullable PersonalText errorMessage,
            boolean retryable,
            Provenance provenance)
            implements RecordingEvent {}

    /**
     * A failed recording is queued once more.
     *
     * @param retryCount with this one
     */
    @EventType("clinical.recording-requeued")
    record RecordingRequeued(RecordingId recordingId, PatientPseudonym patient, int retryCount, Provenance provenance)
            implements RecordingEvent {}

    @EventType("clinical.duration-changed")
    record DurationChanged(
            RecordingId recordingId,
            PatientPseudonym patient,
            @Nullable Integer durationSeconds,
            Provenance provenance) implements RecordingEvent {}

    @EventType("clinical.audio-file-path-changed")
    record AudioFilePathChanged(
            RecordingId recordingId,
            PatientPseudonym patient,
            @Nullable PersonalText audioFilePath,
            Provenance provenance)
            implements RecordingEvent {}

    @EventType("clinical.draft-transcript-changed")
    record DraftTranscriptChanged(
            RecordingId recordingId,
            PatientPseudonym patient,
            @Nullable PersonalText draftTranscript,
            Provenance provenance)
            implements RecordingEvent {}

    @EventType("clinical.final-transcript-changed")
    record FinalTranscriptChanged(
            RecordingId recordingId,
            PatientPseudonym patient,
            @Nullable PersonalText finalTranscript,
            Provenance provenance)
            implements RecordingEvent {}

    /**
     * A client's offline change was taken in; the fields it changed come as events of their own before this one.
     *
     * @param changeId names the change, so that it is taken once however often it is sent
     * @param baseVersion the version of the recording that the client had
     */
    @EventType("clinical.offline-change-merged")
    record OfflineChangeMerged(
            RecordingId recordingId,
            PatientPseudonym patient,
            String changeId,
            long baseVersion,
            List<EditableField> applied,
            Provenance provenance)
            implements RecordingEvent {
        public OfflineChangeMerged {
            applied = List.copyOf(applied);
        }
    }

    /** Fields of an offline change that somebody else changed meanwhile; they wait for a person. */
    @EventType("clinical.conflict-found")
    record ConflictFound(
            RecordingId recordingId,
            PatientPseudonym patient,
            ConflictId conflictId,
            long baseVersion,
            List<FieldConflict> fields,
            Provenance provenance)
            implements RecordingEvent {
        public ConflictFound {
            fields = List.copyOf(fields);
        }
    }

    /**
     * A person decided a conflict.
     *
     * @param fromClient the fields for which the client's value was taken; the others stay as they were
     */
    @EventType("clinical.conflict-resolved")
    record ConflictResolved(
            RecordingId recordingId,
            PatientPseudonym patient,
            ConflictId conflictId,
            List<EditableField> fromClient,
            Provenance provenance)
            implements RecordingEvent {
        public ConflictResolved {
            fromClient = List.copyOf(fromClient);
        }
    }
}
