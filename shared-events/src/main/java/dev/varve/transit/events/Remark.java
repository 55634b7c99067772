package dev.varve.transit.events;

import org.jspecify.annotations.Nullable;

/**
 * A notice to passengers, whole, however long.
 *
 * @param text what it says
 * @param kind its kind as the source names it (MVG: INCIDENT, SCHEDULE_CHANGE, EARLY_TERMINATION, INFO), if it does
 * @param network the network that speaks, if the source names it
 */
public record Remark(
        String text, @Nullable String kind, @Nullable String network) {

    /** A remark of which only the text is known. */
    public static Remark of(String text) {
        return new Remark(text, null, null);
    }
}
