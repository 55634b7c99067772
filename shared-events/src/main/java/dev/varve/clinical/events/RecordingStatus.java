package dev.varve.clinical.events;

import java.util.Locale;

/** Where a recording is on its way: PENDING, UPLOADING, QUEUED, PROCESSING, then COMPLETED or ERROR. */
public enum RecordingStatus {
    /** Recorded, and still on the client's device. */
    PENDING,
    /** The client is sending the audio. */
    UPLOADING,
    /** The audio is here, and waits to be transcribed. */
    QUEUED,
    PROCESSING,
    /** Ready for review. */
    COMPLETED,
    /** Processing failed; below the retry limit it can be queued again. */
    ERROR;

    /** As the API and the predecessor's database write it: {@code pending}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
