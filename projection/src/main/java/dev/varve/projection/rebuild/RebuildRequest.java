package dev.varve.projection.rebuild;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to rebuild, and how.
 *
 * @param projections read in one scan of the log and switched together
 * @param switchItself whether to switch as soon as everything is there
 * @param compare whether to compare row by row before; a difference keeps it from switching by itself
 * @param maxRate events a second at most; null for no limit
 */
public record RebuildRequest(
        List<String> projections,
        boolean switchItself,
        boolean compare,
        @Nullable Integer maxRate) {

    public RebuildRequest {
        projections = projections.stream().distinct().sorted().toList();
        if (projections.isEmpty()) {
            throw new RebuildRefused(RebuildRefused.Reason.UNKNOWN, "no projection is named");
        }
        if (maxRate != null && maxRate < 1) {
            throw new RebuildRefused(
                    RebuildRefused.Reason.UNKNOWN, "the rate is %d and must be at least 1".formatted(maxRate));
        }
    }

    public static RebuildRequest of(String projection) {
        return new RebuildRequest(List.of(projection), true, false, null);
    }
}
