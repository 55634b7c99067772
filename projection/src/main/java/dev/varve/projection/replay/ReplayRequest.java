package dev.varve.projection.replay;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to replay.
 *
 * @param types stored names of events; empty for all
 * @param streams ids of streams; empty for all
 * @param maxRate events a second at most; null for no limit
 * @param dryRun whether to count what would be changed, and change nothing
 */
public record ReplayRequest(
        String projection,
        Bound from,
        Bound to,
        List<String> types,
        List<String> streams,
        @Nullable Integer maxRate,
        boolean dryRun) {

    public ReplayRequest {
        types = List.copyOf(types);
        streams = List.copyOf(streams);
        if (maxRate != null && maxRate < 1) {
            throw ReplayRefused.malformed("maxRate", "is %d and must be at least 1".formatted(maxRate));
        }
    }
}
