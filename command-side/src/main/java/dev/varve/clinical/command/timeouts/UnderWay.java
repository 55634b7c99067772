package dev.varve.clinical.command.timeouts;

import dev.varve.clinical.events.ImportedRecording;
import dev.varve.clinical.events.RecordingEvent;
import dev.varve.clinical.events.RecordingEvent.ProcessingStarted;
import dev.varve.clinical.events.RecordingEvent.RecordingCompleted;
import dev.varve.clinical.events.RecordingEvent.RecordingFailed;
import dev.varve.clinical.events.RecordingEvent.RecordingImported;
import dev.varve.clinical.events.RecordingId;
import dev.varve.clinical.events.RecordingStatus;
import dev.varve.eventstore.RecordedEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is being processed, as far as the log was followed. */
final class UnderWay {

    private final Map<RecordingId, Processing> recordings = new LinkedHashMap<>();

    /**
     * A recording that is being processed.
     *
     * @param position where its processing began in the log
     * @param version of the recording now
     */
    record Processing(long position, Instant since, long version) {}

    static boolean isAbout(Class<?> event) {
        return RecordingEvent.class.isAssignableFrom(event);
    }

    void apply(RecordedEvent row, Object payload) {
        if (!(payload instanceof RecordingEvent event)) {
            return;
        }
        RecordingId id = event.recordingId();
        switch (event) {
            case ProcessingStarted e ->
                recordings.put(id, new Processing(row.position(), e.provenance().at(), row.version()));
            case RecordingImported e -> {
                if (e.recording().status() == RecordingStatus.PROCESSING) {
                    recordings.put(id, new Processing(row.position(), since(e.recording()), row.version()));
                }
            }
            case RecordingCompleted e -> recordings.remove(e.recordingId());
            case RecordingFailed e -> recordings.remove(e.recordingId());
            // Whatever else happens to it, it is processed on.
            default ->
                recordings.computeIfPresent(
                        id, (same, known) -> new Processing(known.position(), known.since(), row.version()));
        }
    }

    private static Instant since(ImportedRecording as) {
        return as.transcriptionStartedAt() == null ? as.updatedAt() : as.transcriptionStartedAt();
    }

    /** Those that began before a time. */
    Map<RecordingId, Processing> startedBefore(Instant time) {
        Map<RecordingId, Processing> due = new LinkedHashMap<>();
        recordings.forEach((id, processing) -> {
            if (processing.since().isBefore(time)) {
                due.put(id, processing);
            }
        });
        return due;
    }

    /** The position from which on the log must be followed to know all this again. */
    long checkpoint(long followedTo) {
        return recordings.values().stream()
                .mapToLong(processing -> processing.position() - 1)
                .min()
                .orElse(followedTo);
    }
}
