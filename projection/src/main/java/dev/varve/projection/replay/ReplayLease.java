package dev.varve.projection.replay;

import dev.varve.projection.Applying;
import dev.varve.projection.LeftOut;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The right of this node to work on a replay, by the database's clock. A transaction that writes rows locks the replay
 * first and moves its position: it commits only while nobody took over, paused or cancelled.
 *
 * @param failedSequences of which an event failed before, so that nothing behind it is applied
 */
record ReplayLease(
        long id, long epoch, String projection, long position, long to, Terms terms, Set<String> failedSequences) {

    /** How long a node that falls silent keeps others waiting. */
    private static final int SECONDS = 10;

    /** With more sequences that fail, it is not the events that are wrong. */
    static final int MOST_FAILED = 1_000;

    /** What the operator asked for. */
    record Terms(
            Set<String> types,
            Set<String> streams,
            @Nullable Integer maxRate,
            boolean dryRun) {}

    private static final String CLAIM = """
            UPDATE projection.replay SET epoch = epoch + 1, node = ?, leased_until = clock_timestamp() + ? * interval '1 second'
            WHERE id = (SELECT id FROM projection.replay
                        WHERE state = 'running' AND leased_until < clock_timestamp() AND projection = ANY (?)
                        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id, epoch, projection, position, to_position, types, streams, max_rate, dry_run, failed_sequences""";

    /** Takes a replay that needs a node. */
    static Optional<ReplayLease> claim(DataSource dataSource, String node, Collection<String> projections)
            throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setString(1, node);
            statement.setInt(2, SECONDS);
            statement.setArray(3, connection.createArrayOf("text", projections.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(lease(rows)) : Optional.empty();
            }
        }
    }

    private static ReplayLease lease(ResultSet rows) throws SQLException {
        return new ReplayLease(
                rows.getLong(1),
                rows.getLong(2),
                rows.getString(3),
                rows.getLong(4),
                rows.getLong(5),
                new Terms(
                        Set.copyOf(Replays.texts(rows.getArray(6))),
                        Set.copyOf(Replays.texts(rows.getArray(7))),
                        rows.getObject(8, Integer.class),
                        rows.getBoolean(9)),
                new HashSet<>(Replays.texts(rows.getArray(10))));
    }

    private static final String HOLD = """
            UPDATE projection.replay SET leased_until = clock_timestamp() + ? * interval '1 second', rate = ?,
                updated_at = clock_timestamp() WHERE id = ? AND epoch = ? AND state = 'running'""";

    /** Keeps the lease and, in a transaction, keeps everybody else away until its end; false when it is not ours any more. */
    boolean hold(long rate, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
            statement.setInt(1, SECONDS);
            statement.setLong(2, rate);
            statement.setLong(3, id);
            statement.setLong(4, epoch);
            return statement.executeUpdate() == 1;
        }
    }

    private static final String RECORD = """
            UPDATE projection.replay SET position = ?, events = events + ?, rows_changed = rows_changed + ?, parked = parked + ?,
                failed = failed + ?, failed_sequences = ?, errors = (errors || ?::text[])[1:20], error = NULL,
                state = CASE WHEN ? = to_position THEN 'done' ELSE state END,
                rate = CASE WHEN ? = to_position THEN 0 ELSE rate END,
                ended_at = CASE WHEN ? = to_position THEN clock_timestamp() END
            WHERE id = ?""";

    /** Says what the transaction did; the last page ends the replay. */
    void record(long reached, long events, long parked, Applying.Outcome<?> outcome, Connection connection)
            throws SQLException {
        List<String> errors = outcome.leftOut().stream()
                .filter(left -> left.fault() != null)
                .map(ReplayLease::words)
                .toList();
        try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
            statement.setLong(1, reached);
            statement.setLong(2, events);
            statement.setLong(3, outcome.rows());
            statement.setLong(4, parked);
            statement.setLong(5, outcome.leftOut().size() - parked);
            statement.setArray(6, connection.createArrayOf("text", failedSequences.toArray()));
            statement.setArray(7, connection.createArrayOf("text", errors.toArray()));
            statement.setLong(8, reached);
            statement.setLong(9, reached);
            statement.setLong(10, reached);
            statement.setLong(11, id);
            statement.executeUpdate();
        }
    }

    private static String words(LeftOut<?> left) {
        return "position %d: %s".formatted(left.event().position(), left.fault());
    }

    private static final String FAIL = """
            UPDATE projection.replay SET state = 'failed', error = ?, rate = 0, ended_at = clock_timestamp()
            WHERE id = ? AND epoch = ? AND state = 'running'""";

    /** Ends it. */
    void fail(String error, DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(FAIL)) {
            statement.setString(1, error);
            statement.setLong(2, id);
            statement.setLong(3, epoch);
            statement.executeUpdate();
        }
    }

    private static final String RELEASE = """
            UPDATE projection.replay SET node = NULL, rate = 0, error = coalesce(?, error),
                leased_until = clock_timestamp() + ? * interval '1 second' WHERE id = ? AND epoch = ? AND ended_at IS NULL""";

    /** Lets go, so that it, or another node, can take it up after some seconds. */
    void release(int afterSeconds, @Nullable String error, DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(RELEASE)) {
            statement.setString(1, error);
            statement.setInt(2, afterSeconds);
            statement.setLong(3, id);
            statement.setLong(4, epoch);
            statement.executeUpdate();
        }
    }
}
