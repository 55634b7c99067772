package dev.varve.clinical.command.recording;

import static dev.varve.clinical.command.recording.Recordings.CLINICIAN;
import static dev.varve.clinical.command.recording.Recordings.ID;
import static dev.varve.clinical.command.recording.Recordings.NOW;
import static dev.varve.clinical.command.recording.Recordings.PATIENT;
import static dev.varve.clinical.command.recording.Recordings.create;
import static dev.varve.clinical.command.recording.Recordings.created;
import static dev.varve.clinical.command.recording.Recordings.sealed;

import dev.varve.clinical.events.AudioContent;
import dev.varve.clinical.events.RecordingEvent.AudioAttached;
import dev.varve.clinical.events.RecordingEvent.DraftTranscriptChanged;
import dev.varve.clinical.events.RecordingEvent.RecordingCreated;
import dev.varve.clinical.events.RecordingEvent.UploadStarted;
import dev.varve.command.Outcome;
import dev.varve.command.Rejected;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Test;

class UploadRecordingTest {

    private static final AudioContent AUDIO = new AudioContent("ab".repeat(32), 4711, "audio/webm");
    private static final UploadRecording UPLOAD = upload(AUDIO);

    private final AggregateTestFixture<Recording> fixture = new AggregateTestFixture<>(Recording.class);

    private static UploadRecording upload(AudioContent audio) {
        return new UploadRecording(create(), new AttachAudio(ID, audio, null, NOW));
    }

    @Test
    void a_recording_and_its_audio_are_recorded_together() {
        fixture.givenNoPriorActivity()
                .when(UPLOAD)
                .expectEvents(
                        created(),
                        new UploadStarted(ID, PATIENT, 1, NOW),
                        new AudioAttached(ID, PATIENT, AUDIO, null, NOW))
                .expectResultMessagePayload(Outcome.CREATED);
    }

    @Test
    void the_same_again_writes_nothing() {
        fixture.given(
                        created(),
                        new UploadStarted(ID, PATIENT, 1, NOW),
                        new AudioAttached(ID, PATIENT, AUDIO, null, NOW))
                .when(UPLOAD)
                .expectNoEvents()
                .expectResultMessagePayload(Outcome.UNCHANGED);
    }

    @Test
    void other_audio_under_the_same_name_is_refused() {
        fixture.given(
                        created(),
                        new UploadStarted(ID, PATIENT, 1, NOW),
                        new AudioAttached(ID, PATIENT, AUDIO, null, NOW))
                .when(upload(new AudioContent("cd".repeat(32), 4711, "audio/webm")))
                .expectException(Rejected.class)
                .expectNoEvents();
    }

    @Test
    void a_recording_that_was_told_of_before_is_given_the_draft_that_it_lacks() {
        RecordingCreated offline = new RecordingCreated(
                ID, PATIENT, sealed("patient-1"), CLINICIAN, 120, null, null, "key-1", "change-1", NOW);

        fixture.given(offline)
                .when(UPLOAD)
                .expectEvents(
                        new UploadStarted(ID, PATIENT, 1, NOW),
                        new AudioAttached(ID, PATIENT, AUDIO, null, NOW),
                        new DraftTranscriptChanged(ID, PATIENT, sealed("draft 0"), NOW))
                .expectResultMessagePayload(Outcome.CHANGED);
    }
}
