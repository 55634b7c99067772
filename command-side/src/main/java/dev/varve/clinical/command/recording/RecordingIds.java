package dev.varve.clinical.command.recording;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.RecordingId;
import java.util.UUID;

/** Makes the ids of recordings that a client has named: the same name gives the same recording, however often it comes. */
public final class RecordingIds {

    private RecordingIds() {}

    /**
     * The recording of a clinician that a client calls so.
     *
     * @param localStorageKey unique among the names of one clinician
     */
    public static RecordingId of(ClinicianId clinician, String localStorageKey) {
        String name = "clinical.recording\0" + clinician.value() + "\0" + localStorageKey;
        return new RecordingId(UUID.nameUUIDFromBytes(name.getBytes(UTF_8)));
    }
}
