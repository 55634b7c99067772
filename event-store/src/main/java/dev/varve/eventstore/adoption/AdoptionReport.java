package dev.varve.eventstore.adoption;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a takeover did.
 *
 * @param resumedAfter position after which it went on; 0 if it began at the beginning
 * @param lastPosition the adoption mark: the last position that came from the old store
 * @param digest SHA-256 of all events, equal on both sides
 */
public record AdoptionReport(
        Findings found, long resumedAfter, long lastPosition, String digest, List<TokenReport> tokens) {

    public AdoptionReport {
        tokens = List.copyOf(tokens);
    }

    /**
     * Where a segment goes on.
     *
     * @param token its kind in the log
     * @param position after which it goes on; null for a segment that had not begun
     */
    public record TokenReport(
            String processor,
            int segment,
            String token,
            @Nullable Long position) {}
}
