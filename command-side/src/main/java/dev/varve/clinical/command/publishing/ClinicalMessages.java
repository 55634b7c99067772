package dev.varve.clinical.command.publishing;

import dev.varve.clinical.events.ClinicalEvent;
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
import dev.varve.clinical.messages.RecordingMessage;
import dev.varve.outbox.contract.PublicMessage;
import dev.varve.outbox.contract.PublishedEvents;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** What clinical tells others: the way of a recording. What was taken over from elsewhere is no news to anybody. */
@Component
final class ClinicalMessages implements PublishedEvents<ClinicalEvent> {

    @Override
    public Class<ClinicalEvent> events() {
        return ClinicalEvent.class;
    }

    @Override
    public List<PublicMessage> messages(ClinicalEvent event) {
        return switch (event) {
            case RecordingEvent recording -> messages(recording);
        };
    }

    private static List<PublicMessage> messages(RecordingEvent recording) {
        String id = recording.recordingId().toString();
        Instant at = recording.provenance().at();
        return switch (recording) {
            case RecordingCreated e ->
                of(new RecordingMessage.RecordingCreated(id, e.clinicianId().value(), e.durationSeconds(), at));
            case AudioAttached ignored -> of(new RecordingMessage.RecordingQueued(id, at));
            case RecordingQueued ignored -> of(new RecordingMessage.RecordingQueued(id, at));
            case RecordingRequeued ignored -> of(new RecordingMessage.RecordingQueued(id, at));
            case RecordingCompleted ignored -> of(new RecordingMessage.RecordingCompleted(id, at));
            case RecordingFailed e ->
                of(new RecordingMessage.RecordingFailed(
                        id, e.failure().name().toLowerCase(Locale.ROOT), e.retryable(), at));
            case RecordingImported ignored -> List.of();
            case UploadStarted ignored -> List.of();
            case ProcessingStarted ignored -> List.of();
            case TranscriptionRecorded ignored -> List.of();
            case ExtractionRecorded ignored -> List.of();
            case VerificationRecorded ignored -> List.of();
            case DurationChanged ignored -> List.of();
            case AudioFilePathChanged ignored -> List.of();
            case DraftTranscriptChanged ignored -> List.of();
            case FinalTranscriptChanged ignored -> List.of();
            case OfflineChangeMerged ignored -> List.of();
            case ConflictFound ignored -> List.of();
            case ConflictResolved ignored -> List.of();
        };
    }

    private static List<PublicMessage> of(RecordingMessage message) {
        return List.of(new PublicMessage(message.recordingId(), message));
    }
}
