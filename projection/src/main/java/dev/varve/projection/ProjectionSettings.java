package dev.varve.projection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

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
 * @param onChange what happens when the code of a projection counts a higher version than its rows were made by:
 *     {@code rebuild} makes them anew beside and switches, by itself; {@code wait} serves the old rows, to which new
 *     events are applied by the new code, and says so in the log, in metrics and in the health of {@code app} until an
 *     operator rebuilds
 * @param oldTablesRetention how long the old tables are kept after a switch, so that it can be undone. They take their
 *     disk space until then
 * @param rebuildReaders how many threads of this node read the log for a rebuild, 1 to 64. More are faster, and take a
 *     database connection each and as much of the database's processors
 * @param rebuildMemory how much memory a rebuild may fill with rows before it writes them, from 8MB; it holds up to
 *     twice as much while it writes. More makes rows whole more often before they are written, which is faster
 */
@ConfigurationProperties(prefix = "varve.projection", ignoreUnknownFields = false)
public record ProjectionSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("2") int segments,
        @DefaultValue("500") int batchSize,
        @DefaultValue("2") int threads,
        @DefaultValue("rebuild") OnChange onChange,
        @DefaultValue("24h") Duration oldTablesRetention,
        @DefaultValue("2") int rebuildReaders,
        @DefaultValue("128MB") DataSize rebuildMemory) {

    private static final DataSize LEAST_MEMORY = DataSize.ofMegabytes(8);

    public ProjectionSettings {
        List<String> violations = new ArrayList<>();
        bound(violations, "segments", segments, 64);
        bound(violations, "batch-size", batchSize, 10_000);
        bound(violations, "threads", threads, 64);
        bound(violations, "rebuild-readers", rebuildReaders, 64);
        if (oldTablesRetention.isNegative()) {
            violations.add("varve.projection.old-tables-retention is %s and must not be negative"
                    .formatted(oldTablesRetention));
        }
        if (rebuildMemory.compareTo(LEAST_MEMORY) < 0) {
            violations.add("varve.projection.rebuild-memory is %s and must be at least %s"
                    .formatted(rebuildMemory, LEAST_MEMORY));
        }
        if (!violations.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", violations));
        }
    }

    private static void bound(List<String> violations, String name, int value, int most) {
        if (value < 1 || value > most) {
            violations.add("varve.projection.%s is %d and must be 1 to %d".formatted(name, value, most));
        }
    }

    /** What to do about rows that older code made. */
    public enum OnChange {
        REBUILD,
        WAIT
    }
}
