package dev.varve.clinical.events;

import java.util.Locale;

/** What a person or an offline client may change of a recording at any time. */
public enum EditableField {
    DURATION_SECONDS,
    AUDIO_FILE_PATH,
    DRAFT_TRANSCRIPT,
    FINAL_TRANSCRIPT;

    /** As the API writes it: {@code draft_transcript}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
