package dev.varve.clinical.events;

import java.util.UUID;

/** A recording's id, a UUID in any version: the predecessor's ids stay what they are. */
public record RecordingId(UUID value) {

    public static RecordingId of(String text) {
        return new RecordingId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
