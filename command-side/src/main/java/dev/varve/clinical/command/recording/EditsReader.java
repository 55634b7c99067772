package dev.varve.clinical.command.recording;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.recording.Edits.Edit;
import dev.varve.clinical.events.EditableField;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.events.PersonalText;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads edits from JSON, in which a field that is absent is not spoken of and one that is null becomes empty, and seals
 * their texts. What says the same as is known is left out: sealed texts can only be compared here, where they are open.
 */
@Component
public final class EditsReader {

    private static final Edits NONE = new Edits(null, null, null, null);

    private final SealedTexts texts;

    EditsReader(SealedTexts texts) {
        this.texts = texts;
    }

    /**
     * The edits that an object holds.
     *
     * @param known what is there; null where nothing is
     * @param others names of fields that the object may have beside
     */
    public Edits read(ObjectNode body, PatientPseudonym patient, @Nullable RecordingState known, Set<String> others) {
        Edits now = known == null ? NONE : known.editable();
        Edit<Integer> duration = null;
        Edit<PersonalText> path = null;
        Edit<PersonalText> draft = null;
        Edit<PersonalText> finished = null;
        for (String name : body.propertyNames()) {
            JsonNode value = body.get(name);
            switch (name) {
                case "duration_seconds" -> duration = number(value, now.durationSeconds());
                case "audio_file_path" -> path = text(name, value, ClinicalBounds.PATH, patient, now.audioFilePath());
                case "draft_transcript" ->
                    draft = text(name, value, ClinicalBounds.TRANSCRIPT, patient, now.draftTranscript());
                case "final_transcript" ->
                    finished = text(name, value, ClinicalBounds.TRANSCRIPT, patient, now.finalTranscript());
                default -> {
                    if (!others.contains(name)) {
                        throw BOUNDS.rejected(printable(name), "is not a field that can be changed");
                    }
                }
            }
        }
        return new Edits(duration, path, draft, finished);
    }

    private static @Nullable Edit<Integer> number(JsonNode value, @Nullable Edit<Integer> known) {
        boolean number = value.isIntegralNumber() && value.canConvertToInt();
        if (!number && !value.isNull()) {
            throw BOUNDS.rejected("duration_seconds", "must be a whole number");
        }
        Edit<Integer> edit = new Edit<>(number ? Integer.valueOf(value.intValue()) : null);
        return edit.equals(known) ? null : edit;
    }

    private @Nullable Edit<PersonalText> text(
            String name, JsonNode value, int longest, PatientPseudonym patient, @Nullable Edit<PersonalText> known) {
        String text = text(name, value, longest);
        if (known != null && Objects.equals(text, texts.open(known.value()))) {
            return null;
        }
        return new Edit<>(texts.sealIfSaid(patient, text));
    }

    /** A text of an object; null where it is null. */
    static @Nullable String text(String name, JsonNode value, int longest) {
        if (value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw BOUNDS.rejected(name, "must be a text");
        }
        String text = value.stringValue();
        BOUNDS.text(name, text, longest);
        return text;
    }

    /** What the client sent as a name may be anything; it is repeated only if it is a word. */
    private static String printable(String name) {
        return name.matches("[A-Za-z0-9_-]{1,64}") ? name : "a field";
    }

    /** The value for an answer: open, and null where there is none. */
    public @Nullable Object shown(Edits edits, EditableField field) {
        return switch (field) {
            case DURATION_SECONDS ->
                edits.durationSeconds() == null ? null : edits.durationSeconds().value();
            case AUDIO_FILE_PATH -> open(edits.audioFilePath());
            case DRAFT_TRANSCRIPT -> open(edits.draftTranscript());
            case FINAL_TRANSCRIPT -> open(edits.finalTranscript());
        };
    }

    private @Nullable String open(@Nullable Edit<PersonalText> edit) {
        return edit == null ? null : texts.open(edit.value());
    }
}
