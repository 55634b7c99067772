package dev.varve.clinical.command.recording;

import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.Occasion;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingEvent;
import dev.varve.clinical.events.RecordingEvent.ProcessingStarted;
import dev.varve.clinical.events.RecordingEvent.RecordingCreated;
import dev.varve.clinical.events.RecordingEvent.RecordingQueued;
import dev.varve.clinical.events.RecordingEvent.UploadStarted;
import dev.varve.clinical.events.RecordingId;
import dev.varve.events.PersonalText;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** A recording at the stations of its way, for tests. */
final class Recordings {

    static final RecordingId ID = RecordingId.of("3f0e6a52-7b1c-4d7e-9a55-0c1f2d3e4b5a");
    static final PatientPseudonym PATIENT = new PatientPseudonym("5f2c9b0e7a1d4c3b8e6f0a9d2b4c6e81");
    static final ClinicianId CLINICIAN = new ClinicianId("ward-3");
    static final Provenance NOW =
            new Provenance("key:ward-3", Instant.parse("2026-02-23T04:18:10Z"), Occasion.REQUEST, null);

    private Recordings() {}

    static PersonalText sealed(String text) {
        return new PersonalText(PATIENT.value(), text);
    }

    static CreateRecording create() {
        return new CreateRecording(
                ID, PATIENT, sealed("patient-1"), CLINICIAN, 120, null, sealed("draft 0"), null, "key-1", null, NOW);
    }

    static RecordingCreated created() {
        return new RecordingCreated(
                ID, PATIENT, sealed("patient-1"), CLINICIAN, 120, null, sealed("draft 0"), "key-1", null, NOW);
    }

    static List<RecordingEvent> uploading() {
        return List.of(created(), new UploadStarted(ID, PATIENT, 1, NOW));
    }

    static List<RecordingEvent> queued() {
        return with(uploading(), new RecordingQueued(ID, PATIENT, NOW));
    }

    static List<RecordingEvent> processing() {
        return with(queued(), new ProcessingStarted(ID, PATIENT, "base", NOW));
    }

    static List<RecordingEvent> with(List<RecordingEvent> before, RecordingEvent... more) {
        return Stream.concat(before.stream(), Stream.of(more)).toList();
    }
}
