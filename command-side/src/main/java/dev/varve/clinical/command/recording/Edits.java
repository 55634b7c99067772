package dev.varve.clinical.command.recording;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.events.EditableField;
import dev.varve.events.PersonalText;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** New values for fields; a field that is null here is not spoken of, one whose value is null becomes empty. */
public record Edits(
        @Nullable Edit<Integer> durationSeconds,
        @Nullable Edit<PersonalText> audioFilePath,
        @Nullable Edit<PersonalText> draftTranscript,
        @Nullable Edit<PersonalText> finalTranscript) {

    public Edits {
        if (durationSeconds != null) {
            ClinicalBounds.duration(durationSeconds.value());
        }
    }

    /** A new value for one field. */
    public record Edit<T>(@Nullable T value) {}

    /** The fields spoken of. */
    public Set<EditableField> fields() {
        EnumSet<EditableField> fields = EnumSet.noneOf(EditableField.class);
        for (EditableField field : EditableField.values()) {
            if (of(field) != null) {
                fields.add(field);
            }
        }
        return fields;
    }

    /** These, as far as they are about one of the fields. */
    public Edits only(Set<EditableField> wanted) {
        return new Edits(
                wanted.contains(EditableField.DURATION_SECONDS) ? durationSeconds : null,
                wanted.contains(EditableField.AUDIO_FILE_PATH) ? audioFilePath : null,
                wanted.contains(EditableField.DRAFT_TRANSCRIPT) ? draftTranscript : null,
                wanted.contains(EditableField.FINAL_TRANSCRIPT) ? finalTranscript : null);
    }

    private @Nullable Edit<?> of(EditableField field) {
        return switch (field) {
            case DURATION_SECONDS -> durationSeconds;
            case AUDIO_FILE_PATH -> audioFilePath;
            case DRAFT_TRANSCRIPT -> draftTranscript;
            case FINAL_TRANSCRIPT -> finalTranscript;
        };
    }
}
