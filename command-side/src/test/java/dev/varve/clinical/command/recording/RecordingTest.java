package dev.varve.clinical.command.recording;

import static dev.varve.clinical.command.recording.Recordings.CLINICIAN;
import static dev.varve.clinical.command.recording.Recordings.ID;
import static dev.varve.clinical.command.recording.Recordings.NOW;
import static dev.varve.clinical.command.recording.Recordings.PATIENT;
import static dev.varve.clinical.command.recording.Recordings.create;
import static dev.varve.clinical.command.recording.Recordings.created;
import static dev.varve.clinical.command.recording.Recordings.processing;
import static dev.varve.clinical.command.recording.Recordings.queued;
import static dev.varve.clinical.command.recording.Recordings.sealed;
import static dev.varve.clinical.command.recording.Recordings.uploading;
import static dev.varve.clinical.command.recording.Recordings.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.varve.clinical.command.recording.Edits.Edit;
import dev.varve.clinical.events.AudioContent;
import dev.varve.clinical.events.ConflictId;
import dev.varve.clinical.events.EditableField;
import dev.varve.clinical.events.FailureKind;
import dev.varve.clinical.events.FieldConflict;
import dev.varve.clinical.events.ImportedRecording;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.RecordingEvent;
import dev.varve.clinical.events.RecordingEvent.AudioAttached;
import dev.varve.clinical.events.RecordingEvent.ConflictFound;
import dev.varve.clinical.events.RecordingEvent.ConflictResolved;
import dev.varve.clinical.events.RecordingEvent.DraftTranscriptChanged;
import dev.varve.clinical.events.RecordingEvent.DurationChanged;
import dev.varve.clinical.events.RecordingEvent.FinalTranscriptChanged;
import dev.varve.clinical.events.RecordingEvent.OfflineChangeMerged;
import dev.varve.clinical.events.RecordingEvent.ProcessingStarted;
import dev.varve.clinical.events.RecordingEvent.RecordingFailed;
import dev.varve.clinical.events.RecordingEvent.RecordingImported;
import dev.varve.clinical.events.RecordingEvent.RecordingRequeued;
import dev.varve.clinical.events.RecordingEvent.UploadStarted;
import dev.varve.clinical.events.RecordingStatus;
import dev.varve.command.Outcome;
import dev.varve.command.Rejected;
import dev.varve.command.VersionMismatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordingTest {

    private static final int LIMIT = 2;
    private static final AudioContent AUDIO = new AudioContent("ab".repeat(32), 4711, "audio/webm");

    private final AggregateTestFixture<Recording> fixture = new AggregateTestFixture<>(Recording.class);

    private TestExecutor<Recording> given(List<RecordingEvent> events) {
        return fixture.given(events);
    }

    @Nested
    class Creation {

        @Test
        void a_consultation_is_recorded() {
            fixture.givenNoPriorActivity()
                    .when(create())
                    .expectEvents(created())
                    .expectResultMessagePayload(Outcome.CREATED);
        }

        @Test
        void the_same_again_writes_nothing() {
            given(queued()).when(create()).expectNoEvents().expectResultMessagePayload(Outcome.UNCHANGED);
        }

        @Test
        void a_transcript_that_is_final_from_the_start_is_kept() {
            var said = new CreateRecording(
                    ID,
                    PATIENT,
                    sealed("patient-1"),
                    CLINICIAN,
                    120,
                    null,
                    sealed("draft 0"),
                    sealed("final 0"),
                    "key-1",
                    null,
                    NOW);
            fixture.givenNoPriorActivity()
                    .when(said)
                    .expectEvents(created(), new FinalTranscriptChanged(ID, PATIENT, sealed("final 0"), NOW));
        }

        @Test
        void an_id_that_is_another_patients_is_refused() {
            var other = new CreateRecording(
                    ID,
                    new PatientPseudonym("0".repeat(32)),
                    sealed("patient-2"),
                    CLINICIAN,
                    1,
                    null,
                    null,
                    null,
                    null,
                    null,
                    NOW);
            assertRejected(given(List.of(created())).when(other), "exists, and is another patient's");
        }

        @Test
        void an_imported_recording_is_in_the_state_it_had_and_is_imported_once() {
            ImportRecording command = imported(RecordingStatus.COMPLETED, 0);
            RecordingImported imported =
                    new RecordingImported(ID, PATIENT, command.recording(), false, command.provenance());
            fixture.givenNoPriorActivity().when(command).expectEvents(imported);
            given(List.of(imported)).when(command).expectNoEvents().expectResultMessagePayload(Outcome.UNCHANGED);
        }

        @ParameterizedTest
        @CsvSource({"0, true", "1, true", "2, false"})
        void one_that_had_failed_may_be_queued_again_below_the_limit(int retryCount, boolean retryable) {
            ImportRecording command = imported(RecordingStatus.ERROR, retryCount);
            fixture.givenNoPriorActivity()
                    .when(command)
                    .expectEvents(new RecordingImported(ID, PATIENT, command.recording(), retryable, NOW));
        }
    }

    @Nested
    class LifeCycle {

        @Test
        void an_upload_that_begins_again_is_another_attempt() {
            given(uploading())
                    .when(new StartUpload(ID, null, NOW))
                    .expectEvents(new UploadStarted(ID, PATIENT, 2, NOW));
        }

        @Test
        void audio_that_arrives_queues_the_recording() {
            given(List.of(created()))
                    .when(new AttachAudio(ID, AUDIO, null, NOW))
                    .expectEvents(
                            new UploadStarted(ID, PATIENT, 1, NOW), new AudioAttached(ID, PATIENT, AUDIO, null, NOW));
        }

        @Test
        void the_same_audio_again_writes_nothing() {
            given(with(uploading(), new AudioAttached(ID, PATIENT, AUDIO, null, NOW)))
                    .when(new AttachAudio(ID, AUDIO, null, NOW))
                    .expectNoEvents()
                    .expectResultMessagePayload(Outcome.UNCHANGED);
        }

        @Test
        void other_audio_for_a_queued_recording_is_refused() {
            assertRejected(
                    given(queued()).when(new AttachAudio(ID, AUDIO, null, NOW)), "is queued and cannot be given audio");
        }

        @Test
        void a_failed_recording_is_retryable_below_the_limit() {
            given(processing())
                    .when(fail())
                    .expectEvents(
                            new RecordingFailed(ID, PATIENT, FailureKind.PROCESSING, sealed("no audio"), true, NOW));
        }

        @Test
        void a_failed_recording_is_queued_again_until_the_limit() {
            given(failed(0))
                    .when(new RequeueRecording(ID, LIMIT, null, NOW))
                    .expectEvents(new RecordingRequeued(ID, PATIENT, 1, NOW));
        }

        @Test
        void at_the_limit_it_stays_failed() {
            List<RecordingEvent> events = failed(LIMIT);
            assertThat(events.getLast()).isInstanceOf(RecordingFailed.class);
            assertRejected(
                    given(events).when(new RequeueRecording(ID, LIMIT, null, NOW)),
                    "was queued again 2 times, which is the limit");
        }

        /** Every command in every state: what is not on the way is refused and writes nothing. */
        @ParameterizedTest(name = "{0} from {1}")
        @MethodSource("dev.varve.clinical.command.recording.RecordingTest#transitions")
        void only_the_way_can_be_gone(String what, RecordingStatus from, RecordingCommand command, boolean allowed) {
            ResultValidator<Recording> result = given(List.of(
                            new RecordingImported(ID, PATIENT, imported(from, 0).recording(), false, NOW)))
                    .when(command);
            if (allowed) {
                result.expectSuccessfulHandlerExecution();
            } else {
                assertRejected(result, "is " + from.word() + " and cannot " + what);
            }
        }
    }

    static Stream<Arguments> transitions() {
        Map<String, RecordingCommand> commands = new LinkedHashMap<>();
        commands.put("be uploaded", new StartUpload(ID, null, NOW));
        commands.put("be queued", new QueueRecording(ID, null, NOW));
        commands.put("be processed", new StartProcessing(ID, null, null, NOW));
        commands.put("be completed", new CompleteRecording(ID, null, NOW));
        commands.put("fail", fail());
        commands.put("be queued again", new RequeueRecording(ID, LIMIT, null, NOW));
        Map<RecordingStatus, Set<String>> allowed = Map.of(
                RecordingStatus.PENDING, Set.of("be uploaded"),
                RecordingStatus.UPLOADING, Set.of("be uploaded", "be queued"),
                RecordingStatus.QUEUED, Set.of("be processed"),
                RecordingStatus.PROCESSING, Set.of("be completed", "fail"),
                RecordingStatus.COMPLETED, Set.of(),
                RecordingStatus.ERROR, Set.of("be queued again"));
        return Stream.of(RecordingStatus.values())
                .flatMap(from -> commands.entrySet().stream()
                        .map(each -> Arguments.of(
                                each.getKey(),
                                from,
                                each.getValue(),
                                allowed.getOrDefault(from, Set.of()).contains(each.getKey()))));
    }

    @Nested
    class Versions {

        @Test
        void a_sender_that_has_seen_the_current_version_is_heard() {
            given(queued())
                    .when(new StartProcessing(ID, "small", 2L, NOW))
                    .expectEvents(new ProcessingStarted(ID, PATIENT, "small", NOW));
        }

        @Test
        void a_sender_that_has_not_is_told_so_before_any_rule_is_asked() {
            given(queued())
                    .when(new QueueRecording(ID, 1L, NOW))
                    .expectException(VersionMismatch.class)
                    .expectExceptionMessage(
                            "stream clinical.recording/" + ID + " was expected at version 1 and is at version 2");
        }
    }

    @Nested
    class OfflineChanges {

        private static final String CHANGE = "0".repeat(31) + "1";

        @Test
        void fields_that_nobody_else_changed_are_changed() {
            given(with(List.of(created()), new DurationChanged(ID, PATIENT, 130, NOW)))
                    .when(merge(0, null, "theirs"))
                    .expectEvents(
                            new DraftTranscriptChanged(ID, PATIENT, sealed("theirs"), NOW),
                            new OfflineChangeMerged(
                                    ID, PATIENT, CHANGE, 0, List.of(EditableField.DRAFT_TRANSCRIPT), NOW))
                    .expectResultMessagePayload(new Merge(false, List.of(EditableField.DRAFT_TRANSCRIPT), List.of()));
        }

        @Test
        void a_field_that_somebody_else_changed_waits_for_a_person_and_the_others_are_changed() {
            given(with(List.of(created()), new DurationChanged(ID, PATIENT, 130, NOW)))
                    .when(merge(0, 140, "theirs"))
                    .expectEvents(
                            new DraftTranscriptChanged(ID, PATIENT, sealed("theirs"), NOW),
                            new ConflictFound(
                                    ID,
                                    PATIENT,
                                    new ConflictId(CHANGE),
                                    0,
                                    List.of(new FieldConflict(EditableField.DURATION_SECONDS, null, 140)),
                                    NOW),
                            new OfflineChangeMerged(
                                    ID, PATIENT, CHANGE, 0, List.of(EditableField.DRAFT_TRANSCRIPT), NOW));
        }

        @Test
        void who_has_seen_the_other_change_overrules_it() {
            given(with(List.of(created()), new DurationChanged(ID, PATIENT, 130, NOW)))
                    .when(merge(1, 140, null))
                    .expectResultMessagePayload(new Merge(false, List.of(EditableField.DURATION_SECONDS), List.of()));
        }

        @Test
        void the_same_change_is_taken_in_once_even_if_the_field_was_changed_again_since() {
            given(with(
                            List.of(created()),
                            new DraftTranscriptChanged(ID, PATIENT, sealed("theirs"), NOW),
                            new OfflineChangeMerged(
                                    ID, PATIENT, CHANGE, 0, List.of(EditableField.DRAFT_TRANSCRIPT), NOW),
                            new DraftTranscriptChanged(ID, PATIENT, sealed("later"), NOW)))
                    .when(merge(0, null, "theirs"))
                    .expectNoEvents()
                    .expectResultMessagePayload(new Merge(true, List.of(EditableField.DRAFT_TRANSCRIPT), List.of()));
        }

        @Test
        void a_version_that_never_was_is_refused() {
            assertRejected(given(List.of(created())).when(merge(1, 140, null)), "has no version 1, it is at 0");
        }

        @Test
        void a_person_decides_field_by_field() {
            given(conflicting())
                    .when(new ResolveConflict(
                            ID, new ConflictId(CHANGE), Set.of(EditableField.DRAFT_TRANSCRIPT), null, NOW))
                    .expectEvents(
                            new DraftTranscriptChanged(ID, PATIENT, sealed("theirs"), NOW),
                            new ConflictResolved(
                                    ID, PATIENT, new ConflictId(CHANGE), List.of(EditableField.DRAFT_TRANSCRIPT), NOW));
        }

        @Test
        void a_conflict_is_decided_once() {
            List<RecordingEvent> decided =
                    with(conflicting(), new ConflictResolved(ID, PATIENT, new ConflictId(CHANGE), List.of(), NOW));
            assertRejected(
                    given(decided).when(new ResolveConflict(ID, new ConflictId(CHANGE), Set.of(), null, NOW)),
                    "has no open conflict " + CHANGE);
        }

        @Test
        void a_decision_about_a_field_that_is_not_in_the_conflict_is_refused() {
            assertRejected(
                    given(conflicting())
                            .when(new ResolveConflict(
                                    ID, new ConflictId(CHANGE), Set.of(EditableField.FINAL_TRANSCRIPT), null, NOW)),
                    "has a conflict that is not about every field named");
        }

        private List<RecordingEvent> conflicting() {
            return with(
                    List.of(created()),
                    new DraftTranscriptChanged(ID, PATIENT, sealed("ours"), NOW),
                    new ConflictFound(
                            ID,
                            PATIENT,
                            new ConflictId(CHANGE),
                            0,
                            List.of(new FieldConflict(EditableField.DRAFT_TRANSCRIPT, sealed("theirs"), null)),
                            NOW));
        }

        private MergeOfflineChange merge(long base, Integer duration, String draft) {
            Edits edits = new Edits(
                    duration == null ? null : new Edit<>(duration),
                    null,
                    draft == null ? null : new Edit<>(sealed(draft)),
                    null);
            return new MergeOfflineChange(ID, CHANGE, base, edits, NOW);
        }
    }

    @Test
    void a_duration_of_a_month_is_refused() {
        assertThatExceptionOfType(Rejected.class)
                .isThrownBy(() -> new Edits(new Edit<>(31 * 24 * 3600), null, null, null))
                .returns("out-of-bounds", Rejected::code);
    }

    private static FailRecording fail() {
        return new FailRecording(ID, FailureKind.PROCESSING, sealed("no audio"), LIMIT, null, NOW);
    }

    /** Failed, after having been queued again so many times. */
    private static List<RecordingEvent> failed(int requeued) {
        List<RecordingEvent> events = processing();
        for (int i = 0; i <= requeued; i++) {
            if (i > 0) {
                events = with(
                        events,
                        new RecordingRequeued(ID, PATIENT, i, NOW),
                        new ProcessingStarted(ID, PATIENT, null, NOW));
            }
            events = with(events, new RecordingFailed(ID, PATIENT, FailureKind.PROCESSING, null, i < LIMIT, NOW));
        }
        return events;
    }

    private static ImportRecording imported(RecordingStatus status, int retryCount) {
        ImportedRecording recording = new ImportedRecording(
                sealed("patient-1"),
                CLINICIAN,
                null,
                null,
                null,
                status,
                null,
                retryCount,
                NOW.at(),
                NOW.at(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        return new ImportRecording(ID, PATIENT, recording, LIMIT, NOW);
    }

    private static void assertRejected(ResultValidator<Recording> result, String what) {
        result.expectNoEvents().expectException(Rejected.class).expectExceptionMessage("recording " + ID + " " + what);
    }
}
