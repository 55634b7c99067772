package dev.varve.clinical.command.recording;

import dev.varve.clinical.command.recording.Edits.Edit;
import dev.varve.clinical.events.EditableField;
import dev.varve.clinical.events.FieldConflict;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingEvent;
import dev.varve.clinical.events.RecordingEvent.AudioFilePathChanged;
import dev.varve.clinical.events.RecordingEvent.DraftTranscriptChanged;
import dev.varve.clinical.events.RecordingEvent.DurationChanged;
import dev.varve.clinical.events.RecordingEvent.FinalTranscriptChanged;
import dev.varve.events.PersonalText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Words edits as events, and as conflicts that keep them for later. */
final class EditEvents {

    private EditEvents() {}

    /** An edit that says what is there already is no event; sealed texts differ by themselves and are compared before. */
    static List<RecordingEvent> of(RecordingState now, Edits edits, Provenance provenance) {
        List<RecordingEvent> events = new ArrayList<>();
        Edit<Integer> duration = edits.durationSeconds();
        if (duration != null && !Objects.equals(duration.value(), now.durationSeconds)) {
            events.add(new DurationChanged(now.id, now.patient, duration.value(), provenance));
        }
        Edit<PersonalText> path = edits.audioFilePath();
        if (path != null && !Objects.equals(path.value(), now.audioFilePath)) {
            events.add(new AudioFilePathChanged(now.id, now.patient, path.value(), provenance));
        }
        Edit<PersonalText> draft = edits.draftTranscript();
        if (draft != null && !Objects.equals(draft.value(), now.draftTranscript)) {
            events.add(new DraftTranscriptChanged(now.id, now.patient, draft.value(), provenance));
        }
        Edit<PersonalText> finished = edits.finalTranscript();
        if (finished != null && !Objects.equals(finished.value(), now.finalTranscript)) {
            events.add(new FinalTranscriptChanged(now.id, now.patient, finished.value(), provenance));
        }
        return events;
    }

    static List<FieldConflict> conflicts(Edits edits) {
        List<FieldConflict> conflicts = new ArrayList<>();
        for (EditableField field : edits.fields()) {
            conflicts.add(
                    switch (field) {
                        case DURATION_SECONDS -> new FieldConflict(field, null, valueOf(edits.durationSeconds()));
                        case AUDIO_FILE_PATH -> new FieldConflict(field, valueOf(edits.audioFilePath()), null);
                        case DRAFT_TRANSCRIPT -> new FieldConflict(field, valueOf(edits.draftTranscript()), null);
                        case FINAL_TRANSCRIPT -> new FieldConflict(field, valueOf(edits.finalTranscript()), null);
                    });
        }
        return conflicts;
    }

    private static <T> @Nullable T valueOf(@Nullable Edit<T> edit) {
        return edit == null ? null : edit.value();
    }

    /** What the client wanted. */
    static Edits edits(List<FieldConflict> conflicts) {
        Edits edits = new Edits(null, null, null, null);
        for (FieldConflict conflict : conflicts) {
            edits = switch (conflict.field()) {
                case DURATION_SECONDS ->
                    new Edits(
                            new Edit<>(conflict.clientNumber()),
                            edits.audioFilePath(),
                            edits.draftTranscript(),
                            edits.finalTranscript());
                case AUDIO_FILE_PATH ->
                    new Edits(
                            edits.durationSeconds(),
                            new Edit<>(conflict.clientText()),
                            edits.draftTranscript(),
                            edits.finalTranscript());
                case DRAFT_TRANSCRIPT ->
                    new Edits(
                            edits.durationSeconds(),
                            edits.audioFilePath(),
                            new Edit<>(conflict.clientText()),
                            edits.finalTranscript());
                case FINAL_TRANSCRIPT ->
                    new Edits(
                            edits.durationSeconds(),
                            edits.audioFilePath(),
                            edits.draftTranscript(),
                            new Edit<>(conflict.clientText()));
            };
        }
        return edits;
    }
}
