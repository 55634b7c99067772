package dev.varve.clinical.command.recording;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.ConflictId;
import dev.varve.clinical.events.EditableField;
import dev.varve.clinical.events.FieldConflict;
import dev.varve.clinical.events.ImportedRecording;
import dev.varve.clinical.events.RecordingEvent;
import dev.varve.clinical.events.RecordingEvent.AudioAttached;
import dev.varve.clinical.events.RecordingEvent.ConflictFound;
import dev.varve.clinical.events.RecordingEvent.ConflictResolved;
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
import dev.varve.command.Outcome;
import dev.varve.command.Rejected;
import dev.varve.command.VersionMismatch;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/**
 * One recorded consultation.
 *
 * <pre>
 * pending -> uploading -> queued -> processing -> completed
 *                           ^           |
 *                           +-- error &lt;-+
 * </pre>
 *
 * <p>The way is enforced; from error it goes back to queued as often as the retry limit allows. Duration, path, draft and
 * final transcript may be changed at any time.
 */
@Aggregate(type = "clinical.recording")
final class Recording {

    /** Read by Axon only, so not private: nobody here asks for it. */
    @AggregateIdentifier
    @Nullable String stream;

    private @Nullable RecordingState state;

    Recording() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Outcome create(CreateRecording command) {
        if (state != null) {
            if (!state.patient.equals(command.patient())) {
                throw rejected(command, "recording-exists", "exists, and is another patient's");
            }
            return Outcome.UNCHANGED;
        }
        apply(new RecordingCreated(
                command.recordingId(),
                command.patient(),
                command.patientId(),
                command.clinicianId(),
                command.durationSeconds(),
                command.audioFilePath(),
                command.draftTranscript(),
                command.localStorageKey(),
                command.changeId(),
                command.provenance()));
        if (command.finalTranscript() != null) {
            apply(new FinalTranscriptChanged(
                    command.recordingId(), command.patient(), command.finalTranscript(), command.provenance()));
        }
        return Outcome.CREATED;
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Outcome takeOver(ImportRecording command) {
        if (state != null) {
            return Outcome.UNCHANGED;
        }
        ImportedRecording recording = command.recording();
        apply(new RecordingImported(
                command.recordingId(),
                command.patient(),
                recording,
                recording.status() == RecordingStatus.ERROR && recording.retryCount() < command.retryLimit(),
                command.provenance()));
        return Outcome.CREATED;
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Outcome upload(UploadRecording command) {
        Outcome created = create(command.recording());
        Outcome attached = attach(command.audio());
        if (created == Outcome.CREATED) {
            return created;
        }
        RecordingState now = current(command);
        if (attached == Outcome.CHANGED && now.draftTranscript == null) {
            EditEvents.of(now, command.draft(), command.provenance()).forEach(event -> apply(event));
        }
        return attached;
    }

    @CommandHandler
    Outcome startUpload(StartUpload command) {
        RecordingState now = current(command);
        mustBe(command, "be uploaded", RecordingStatus.PENDING, RecordingStatus.UPLOADING);
        apply(uploadStarted(command, now));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome attach(AttachAudio command) {
        RecordingState now = current(command);
        if (command.audio().equals(now.audio)) {
            return Outcome.UNCHANGED;
        }
        mustBe(command, "be given audio", RecordingStatus.PENDING, RecordingStatus.UPLOADING);
        if (now.status == RecordingStatus.PENDING) {
            apply(uploadStarted(command, now));
        }
        apply(new AudioAttached(
                command.recordingId(), now.patient, command.audio(), command.audioFilePath(), command.provenance()));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome queue(QueueRecording command) {
        RecordingState now = current(command);
        mustBe(command, "be queued", RecordingStatus.UPLOADING);
        apply(new RecordingQueued(command.recordingId(), now.patient, command.provenance()));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome startProcessing(StartProcessing command) {
        RecordingState now = current(command);
        mustBe(command, "be processed", RecordingStatus.QUEUED);
        apply(new ProcessingStarted(command.recordingId(), now.patient, command.whisperModel(), command.provenance()));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome record(RecordTranscription command) {
        RecordingState now = current(command);
        mustBe(command, "be given a transcription", RecordingStatus.PROCESSING);
        apply(new TranscriptionRecorded(
                command.recordingId(),
                now.patient,
                command.transcript(),
                command.finalTranscript(),
                command.whisperModel(),
                command.startedAt(),
                command.completedAt(),
                command.provenance()));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome record(RecordExtraction command) {
        RecordingState now = current(command);
        mustBe(command, "be given a note", RecordingStatus.PROCESSING);
        apply(new ExtractionRecorded(
                command.recordingId(),
                now.patient,
                command.fhirBundle(),
                command.llmModel(),
                command.startedAt(),
                command.completedAt(),
                command.provenance()));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome record(RecordVerification command) {
        RecordingState now = current(command);
        mustBe(command, "be verified", RecordingStatus.PROCESSING);
        apply(new VerificationRecorded(command.recordingId(), now.patient, command.results(), command.provenance()));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome complete(CompleteRecording command) {
        RecordingState now = current(command);
        mustBe(command, "be completed", RecordingStatus.PROCESSING);
        apply(new RecordingCompleted(command.recordingId(), now.patient, command.provenance()));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome fail(FailRecording command) {
        RecordingState now = current(command);
        mustBe(command, "fail", RecordingStatus.PROCESSING);
        apply(new RecordingFailed(
                command.recordingId(),
                now.patient,
                command.failure(),
                command.errorMessage(),
                now.retryCount < command.retryLimit(),
                command.provenance()));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome requeue(RequeueRecording command) {
        RecordingState now = current(command);
        mustBe(command, "be queued again", RecordingStatus.ERROR);
        if (now.retryCount >= command.retryLimit()) {
            throw rejected(
                    command,
                    "retry-limit-reached",
                    "was queued again %d times, which is the limit".formatted(now.retryCount));
        }
        apply(new RecordingRequeued(command.recordingId(), now.patient, now.retryCount + 1, command.provenance()));
        return Outcome.CHANGED;
    }

    @CommandHandler
    Outcome edit(EditRecording command) {
        RecordingState now = current(command);
        List<RecordingEvent> changes = EditEvents.of(now, command.edits(), command.provenance());
        changes.forEach(event -> apply(event));
        return changes.isEmpty() ? Outcome.UNCHANGED : Outcome.CHANGED;
    }

    @CommandHandler
    Merge merge(MergeOfflineChange command) {
        RecordingState now = current(command);
        return now.merged(command.changeId()).orElseGet(() -> mergeNow(now, command));
    }

    private Merge mergeNow(RecordingState now, MergeOfflineChange command) {
        if (command.baseVersion() < 0 || command.baseVersion() > now.version) {
            throw rejected(
                    command,
                    "base-version-unknown",
                    "has no version %d, it is at %d".formatted(command.baseVersion(), now.version));
        }
        Set<EditableField> conflicting = EnumSet.noneOf(EditableField.class);
        Set<EditableField> free = EnumSet.noneOf(EditableField.class);
        for (EditableField field : command.edits().fields()) {
            (now.changedSince(field, command.baseVersion()) ? conflicting : free).add(field);
        }
        EditEvents.of(now, command.edits().only(free), command.provenance()).forEach(event -> apply(event));
        if (!conflicting.isEmpty()) {
            apply(new ConflictFound(
                    command.recordingId(),
                    now.patient,
                    new ConflictId(command.changeId()),
                    command.baseVersion(),
                    EditEvents.conflicts(command.edits().only(conflicting)),
                    command.provenance()));
        }
        apply(new OfflineChangeMerged(
                command.recordingId(),
                now.patient,
                command.changeId(),
                command.baseVersion(),
                List.copyOf(free),
                command.provenance()));
        return new Merge(false, List.copyOf(free), List.copyOf(conflicting));
    }

    @CommandHandler
    Outcome resolve(ResolveConflict command) {
        RecordingState now = current(command);
        List<FieldConflict> conflict = now.conflict(command.conflictId())
                .orElseThrow(
                        () -> rejected(command, "conflict-not-open", "has no open conflict " + command.conflictId()));
        List<FieldConflict> taken = conflict.stream()
                .filter(each -> command.fromClient().contains(each.field()))
                .toList();
        if (taken.size() < command.fromClient().size()) {
            throw rejected(command, "field-not-in-conflict", "has a conflict that is not about every field named");
        }
        EditEvents.of(now, EditEvents.edits(taken), command.provenance()).forEach(event -> apply(event));
        apply(new ConflictResolved(
                command.recordingId(),
                now.patient,
                command.conflictId(),
                taken.stream().map(FieldConflict::field).toList(),
                command.provenance()));
        return Outcome.CHANGED;
    }

    @EventSourcingHandler
    void evolve(RecordingEvent event, @SequenceNumber long version) {
        if (state == null) {
            stream = ClinicalStreams.of(event.recordingId());
            state = RecordingState.begun(event)
                    .orElseThrow(() -> new IllegalStateException("recording " + event.recordingId() + " never began"));
        } else {
            state.evolve(event, version);
        }
    }

    /** The state, if it is the one that the sender has seen. */
    private RecordingState current(RecordingCommand command) {
        RecordingState now = Objects.requireNonNull(state, "a recording begins with being created or imported");
        Long expected = command.expectedVersion();
        if (expected != null && expected != now.version) {
            throw new VersionMismatch(command.stream(), expected, now.version);
        }
        return now;
    }

    private void mustBe(RecordingCommand command, String what, RecordingStatus... allowed) {
        RecordingStatus now = Objects.requireNonNull(state).status;
        if (!List.of(allowed).contains(now)) {
            throw rejected(command, "transition-not-allowed", "is %s and cannot %s".formatted(now.word(), what));
        }
    }

    private static UploadStarted uploadStarted(RecordingCommand command, RecordingState now) {
        return new UploadStarted(command.recordingId(), now.patient, now.uploadAttempts + 1, command.provenance());
    }

    private static Rejected rejected(RecordingCommand command, String code, String what) {
        RecordingId id = command.recordingId();
        return new Rejected("clinical", code, null, "recording " + id + " " + what);
    }
}
