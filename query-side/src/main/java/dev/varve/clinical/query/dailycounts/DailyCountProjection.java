package dev.varve.clinical.query.dailycounts;

import static dev.varve.clinical.query.generated.Tables.DAILY_COUNT;

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
import dev.varve.projection.Changes;
import dev.varve.projection.Key;
import dev.varve.projection.Projection;
import dev.varve.projection.RecordedEvent;
import dev.varve.projection.Sequencing;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Counts by day, in UTC. A day's row is changed by the events of all recordings, so they are applied in log order. */
@Component
final class DailyCountProjection implements Projection<RecordingEvent> {

    @Override
    public String name() {
        return "clinical.daily-counts";
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
        return Set.of(DAILY_COUNT);
    }

    @Override
    public Sequencing sequencing() {
        return Sequencing.LOG;
    }

    @Override
    public void project(RecordedEvent<RecordingEvent> event, Changes changes) {
        Instant at = event.payload().provenance().at();
        switch (event.payload()) {
            case RecordingCreated e -> count(changes, at, DAILY_COUNT.CREATED);
            case RecordingImported e -> imported(changes, e.recording());
            case AudioAttached e -> count(changes, at, DAILY_COUNT.UPLOADED);
            case RecordingQueued e -> count(changes, at, DAILY_COUNT.UPLOADED);
            case RecordingCompleted e -> count(changes, at, DAILY_COUNT.COMPLETED);
            case RecordingFailed e -> count(changes, at, DAILY_COUNT.FAILED);
            case RecordingRequeued e -> count(changes, at, DAILY_COUNT.REQUEUED);
            case UploadStarted e -> {}
            case ProcessingStarted e -> {}
            case TranscriptionRecorded e -> {}
            case ExtractionRecorded e -> {}
            case VerificationRecorded e -> {}
            case DurationChanged e -> {}
            case AudioFilePathChanged e -> {}
            case DraftTranscriptChanged e -> {}
            case FinalTranscriptChanged e -> {}
            case OfflineChangeMerged e -> {}
            case ConflictFound e -> {}
            case ConflictResolved e -> {}
        }
    }

    /** What happened before it came here counts on the day it happened, as far as the other database knows that. */
    private static void imported(Changes changes, ImportedRecording as) {
        count(changes, as.createdAt(), DAILY_COUNT.CREATED);
        count(changes, as.uploadedAt(), DAILY_COUNT.UPLOADED);
        switch (as.status()) {
            case COMPLETED -> count(changes, as.processedAt(), DAILY_COUNT.COMPLETED);
            case ERROR -> count(changes, as.updatedAt(), DAILY_COUNT.FAILED);
            case PENDING, UPLOADING, QUEUED, PROCESSING -> {}
        }
    }

    private static void count(Changes changes, @Nullable Instant at, TableField<?, Long> column) {
        if (at != null) {
            add(changes, at, column);
        }
    }

    private static <R extends Record> void add(Changes changes, Instant at, TableField<R, Long> column) {
        changes.upsert(Key.of(DAILY_COUNT.DAY, at.atZone(ZoneOffset.UTC).toLocalDate()))
                .add(column, 1);
    }
}
