package dev.varve.clinical.command;

import dev.varve.clinical.events.RecordingId;

/** How clinical's streams are named in the log. */
public final class ClinicalStreams {

    private ClinicalStreams() {}

    public static String of(RecordingId id) {
        return "clinical.recording/" + id;
    }
}
