package dev.varve.clinical.messages;

import dev.varve.events.MessageType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What others learn of a recording: that it goes its way, and nothing of whom it is about or what was said. The key is the
 * recording's id, so its messages come in order.
 */
public sealed interface RecordingMessage {

    String recordingId();

    @MessageType(
            value = "dev.varve.clinical.recording-created.v1",
            topic = "clinical.recording",
            description = "A consultation was recorded.")
    record RecordingCreated(
            String recordingId,
            String clinicianId,
            @Nullable Integer durationSeconds,
            Instant at) implements RecordingMessage {}

    @MessageType(
            value = "dev.varve.clinical.recording-queued.v1",
            topic = "clinical.recording",
            description = "A recording waits to be transcribed, for the first time or again.")
    record RecordingQueued(String recordingId, Instant at) implements RecordingMessage {}

    @MessageType(
            value = "dev.varve.clinical.recording-completed.v1",
            topic = "clinical.recording",
            description = "A recording was processed and is ready for review.")
    record RecordingCompleted(String recordingId, Instant at) implements RecordingMessage {}

    /**
     * Processing failed.
     *
     * @param failure processing or timeout
     * @param retryable whether it may be queued again
     */
    @MessageType(
            value = "dev.varve.clinical.recording-failed.v1",
            topic = "clinical.recording",
            description = "Processing of a recording failed.")
    record RecordingFailed(String recordingId, String failure, boolean retryable, Instant at)
            implements RecordingMessage {}
}
