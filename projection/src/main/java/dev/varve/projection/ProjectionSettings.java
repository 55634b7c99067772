package dev.varve.projection;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How projections run on this node. Read at start.
 *
 * @param enabled whether this node runs projections at all; false on a node that only takes commands or only answers
 *     queries from read models that other nodes fill
 * @param segments into how many parts a new projection is cut, 1 to 64; each part is run by one node at a time. More
 *     parts use more cores and nodes; each costs a little for every event. Counts only when a projection starts for the
 *     first time
 * @param batchSize how many events at most are applied in one transaction, 1 to 10,000. Larger batches are faster and
 *     hold their rows' locks longer
 * @param threads how many segments of one projection this node works on at once, 1 to 64
 */
@ConfigurationProperties(prefix = "varve.projection", ignoreUnknownFields = false)
public record ProjectionSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("2") int segments,
        @DefaultValue("500") int batchSize,
        @DefaultValue("2") int threads) {

    public ProjectionSettings {
        List<String> violations = new ArrayList<>();
        bound(violations, "segments", segments, 64);
        bound(violations, "batch-size", batchSize, 10_000);
        bound(violations, "threads", threads, 64);
        if (!violations.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", violations));
        }
    }

    private static void bound(List<String> violations, String name, int value, int most) {
        if (value < 1 || value > most) {
            violations.add("varve.projection.%s is %d and must be 1 to %d".formatted(name, value, most));
        }
    }
}
