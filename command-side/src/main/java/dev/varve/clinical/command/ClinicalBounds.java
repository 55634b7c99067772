package dev.varve.clinical.command;

import dev.varve.command.Bounds;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How much clinical's commands may say, in characters where nothing else is said. */
public final class ClinicalBounds {

    public static final Bounds BOUNDS = new Bounds("clinical");

    public static final int PATIENT_ID = 255;
    public static final int CLINICIAN_ID = 255;
    public static final int LOCAL_STORAGE_KEY = 255;
    public static final int PATH = 4096;
    public static final int MEDIA_TYPE = 127;

    /** The predecessor's columns for names of models. */
    public static final int MODEL = 50;

    /** Names of checks, rules and fields in verification results. */
    public static final int NAME = 255;

    /** A transcript: some ten hours of speech. Longer ones would not fit into an event either. */
    public static final int TRANSCRIPT = 500_000;

    /** A FHIR bundle, as JSON. */
    public static final int FHIR_BUNDLE = 500_000;

    /** An error message, a note, an issue, an alert. */
    public static final int MESSAGE = 10_000;

    public static final int ISSUES = 100;

    /** A week. */
    public static final int DURATION_SECONDS = 7 * 24 * 60 * 60;

    public static final int COUNT = 1_000_000;

    /** How much the clock of another machine may be ahead. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private ClinicalBounds() {}

    /** The recording's length; null is accepted. */
    public static void duration(@Nullable Integer seconds) {
        if (seconds != null) {
            BOUNDS.between("duration_seconds", (long) seconds, 0, DURATION_SECONDS);
        }
    }

    /** When work was begun, where that is known, and done: in this order, and not in the future. */
    public static void work(@Nullable Instant startedAt, Instant completedAt, Instant now) {
        BOUNDS.time("completed_at", completedAt);
        if (completedAt.isAfter(now.plus(SKEW))) {
            throw BOUNDS.rejected("completed_at", "must not lie in the future");
        }
        if (startedAt != null) {
            BOUNDS.time("started_at", startedAt);
            if (startedAt.isAfter(completedAt)) {
                throw BOUNDS.rejected("started_at", "must not be after completed_at");
            }
        }
    }
}
