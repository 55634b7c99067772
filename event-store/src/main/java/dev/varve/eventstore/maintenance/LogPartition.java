package dev.varve.eventstore.maintenance;

import java.util.List;

/**
 * A partition of the log or of the outbox.
 *
 * @param table schema and name of the table whose part it is
 * @param name schema and name of its own
 * @param from first position it may hold
 * @param to last position it may hold
 * @param rows how many it holds: positions are dense
 * @param bytes on disk, with indexes and large values
 * @param indexes names, without the schema
 */
public record LogPartition(
        String table, String name, long from, long to, State state, long rows, long bytes, List<String> indexes) {

    /** What may still happen to a partition. */
    public enum State {
        /** Every position in it is taken; nothing will be added. */
        SEALED,
        /** It holds, or will be the next to hold, the end of the log. */
        OPEN,
        /** Made ahead. */
        AHEAD
    }

    public LogPartition {
        indexes = List.copyOf(indexes);
    }
}
