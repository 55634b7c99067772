package dev.varve.clinical.query.timelines;

import static dev.varve.clinical.query.generated.Tables.PATIENT_TIMELINE;

import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingEvent;
import dev.varve.events.EventType;
import dev.varve.projection.Changes;
import dev.varve.projection.Key;
import dev.varve.projection.Projection;
import dev.varve.projection.RecordedEvent;
import java.util.Objects;
import java.util.Set;
import org.jooq.Table;
import org.springframework.stereotype.Component;

/** One row for each event of a patient's recordings: what, who, when and on which occasion, and nothing of the content. */
@Component
final class PatientTimelineProjection implements Projection<RecordingEvent> {

    @Override
    public String name() {
        return "clinical.patient-timelines";
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
        return Set.of(PATIENT_TIMELINE);
    }

    @Override
    public void project(RecordedEvent<RecordingEvent> event, Changes changes) {
        RecordingEvent happened = event.payload();
        Provenance provenance = happened.provenance();
        changes.append(Key.of(PATIENT_TIMELINE.PATIENT, happened.patient().value()))
                .set(PATIENT_TIMELINE.RECORDING_ID, happened.recordingId().value())
                .set(PATIENT_TIMELINE.VERSION, event.version())
                .set(PATIENT_TIMELINE.CHANGE, nameOf(happened))
                .set(PATIENT_TIMELINE.ACTOR, provenance.actor())
                .set(PATIENT_TIMELINE.OCCASION, provenance.occasion().name())
                .set(PATIENT_TIMELINE.AT, provenance.at());
    }

    /** The stored name without its context: {@code recording-created}. */
    private static String nameOf(RecordingEvent event) {
        String name = Objects.requireNonNull(event.getClass().getAnnotation(EventType.class), "every event has a name")
                .value();
        return name.substring(name.indexOf('.') + 1);
    }
}
