package dev.varve.clinical.query.recordings;

import static dev.varve.clinical.query.generated.Tables.CONFLICT;

import dev.varve.clinical.events.RecordingEvent;
import dev.varve.clinical.events.RecordingEvent.ConflictFound;
import dev.varve.clinical.events.RecordingEvent.ConflictResolved;
import dev.varve.projection.Changes;
import dev.varve.projection.Key;
import dev.varve.projection.Projection;
import dev.varve.projection.RecordedEvent;
import dev.varve.query.Json;
import java.util.Set;
import org.jooq.Table;
import org.springframework.stereotype.Component;

/** Conflicts of offline changes, open and decided. */
@Component
final class ConflictProjection implements Projection<RecordingEvent> {

    @Override
    public String name() {
        return "clinical.conflicts";
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
        return Set.of(CONFLICT);
    }

    // What happens to a recording otherwise is the business of other read models.
    @Override
    public void project(RecordedEvent<RecordingEvent> event, Changes changes) {
        if (event.payload() instanceof ConflictFound e) {
            changes.upsert(key(e, e.conflictId().value()))
                    .set(CONFLICT.PATIENT, e.patient().value())
                    .set(CONFLICT.BASE_VERSION, e.baseVersion())
                    .set(CONFLICT.FIELDS, Json.binary(e.fields()))
                    .set(CONFLICT.FOUND_AT, e.provenance().at())
                    .set(CONFLICT.FOUND_BY, e.provenance().actor())
                    .set(CONFLICT.VERSION, event.version());
        } else if (event.payload() instanceof ConflictResolved e) {
            changes.patch(key(e, e.conflictId().value()))
                    .set(CONFLICT.RESOLVED_AT, e.provenance().at())
                    .set(CONFLICT.VERSION, event.version());
        }
    }

    private static Key key(RecordingEvent event, String conflictId) {
        return Key.of(CONFLICT.RECORDING_ID, event.recordingId().value()).and(CONFLICT.CONFLICT_ID, conflictId);
    }
}
