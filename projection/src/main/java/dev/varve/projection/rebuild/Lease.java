package dev.varve.projection.rebuild;

import dev.varve.projection.rebuild.Rebuild.State;
import dev.varve.projection.rebuild.Rebuild.Wanted;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The right of this node to work on a rebuild, by the database's clock. Each transaction that changes anything fences
 * itself first: a node that was thought dead and comes back commits nothing.
 */
final class Lease {

    /** How long a node that falls silent keeps others waiting. */
    static final int SECONDS = 10;

    private final DataSource dataSource;
    private final long id;
    private final long epoch;

    private Lease(DataSource dataSource, long id, long epoch) {
        this.dataSource = dataSource;
        this.id = id;
        this.epoch = epoch;
    }

    long id() {
        return id;
    }

    private static final String CLAIM = """
            UPDATE projection.rebuild SET epoch = epoch + 1, node = ?, updated_at = clock_timestamp(),
                scanned = position, events = events_held,
                leased_until = clock_timestamp() + ? * interval '1 second'
            WHERE id = (
                SELECT r.id FROM projection.rebuild r
                WHERE r.state NOT IN ('undone', 'retired', 'cancelled', 'failed') AND r.leased_until < clock_timestamp()
                  AND CASE r.state WHEN 'switched' THEN r.wanted = 'undo'
                                   WHEN 'ready' THEN r.wanted IN ('switch', 'cancel')
                                   ELSE r.wanted IN ('run', 'switch', 'cancel') END
                  AND (r.wanted = 'cancel' OR NOT EXISTS (
                      SELECT FROM projection.rebuild_part p WHERE p.rebuild = r.id AND NOT EXISTS (
                          SELECT FROM unnest(?::text[], ?::integer[]) AS ours (projection, version)
                          WHERE ours.projection = p.projection AND (ours.version = p.version OR r.wanted = 'undo'))))
                ORDER BY r.id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id, epoch""";

    /**
     * Takes a rebuild that needs a node and that the code of this one can make.
     *
     * @param versions of the projections that are here
     */
    static Optional<Lease> claim(DataSource dataSource, String node, Map<String, Integer> versions)
            throws SQLException {
        List<Map.Entry<String, Integer>> ours = List.copyOf(versions.entrySet());
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setString(1, node);
            statement.setInt(2, SECONDS);
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "text", ours.stream().map(Map.Entry::getKey).toArray()));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "integer", ours.stream().map(Map.Entry::getValue).toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Lease(dataSource, rows.getLong(1), rows.getLong(2)))
                        : Optional.empty();
            }
        }
    }

    private static final String FENCE = "SELECT FROM projection.rebuild WHERE id = ? AND epoch = ? FOR KEY SHARE";

    /** Makes sure that the transaction commits only if nobody took the rebuild over. */
    void fence(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FENCE)) {
            statement.setLong(1, id);
            statement.setLong(2, epoch);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw new LeaseLost(id);
                }
            }
        }
    }

    private static final String WANTED = "SELECT wanted FROM projection.rebuild WHERE id = ? AND epoch = ? FOR UPDATE";

    /** What is wanted, and nothing else can be until the transaction ends. */
    Wanted hold(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WANTED)) {
            statement.setLong(1, id);
            statement.setLong(2, epoch);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw new LeaseLost(id);
                }
                return Wanted.of(rows.getString(1));
            }
        }
    }

    private static final String HEARTBEAT = """
            UPDATE projection.rebuild SET scanned = ?, target = ?, events = ?, rate = ?, updated_at = clock_timestamp(),
                leased_until = clock_timestamp() + ? * interval '1 second'
            WHERE id = ? AND epoch = ? RETURNING wanted""";

    /** Keeps the lease, shows progress, and learns what is wanted. */
    Wanted heartbeat(long scanned, long target, long events, long rate) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(HEARTBEAT)) {
            statement.setLong(1, scanned);
            statement.setLong(2, target);
            statement.setLong(3, events);
            statement.setLong(4, rate);
            statement.setInt(5, SECONDS);
            statement.setLong(6, id);
            statement.setLong(7, epoch);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw new LeaseLost(id);
                }
                return Wanted.of(rows.getString(1));
            }
        }
    }

    private static final String RECORD = """
            UPDATE projection.rebuild SET position = ?, scanned = greatest(scanned, ?), events_held = ?,
                events = greatest(events, ?), updated_at = clock_timestamp()
            WHERE id = ? AND epoch = ?""";

    /** Says, in the transaction that writes the rows, how far they are. */
    void record(long position, long events, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
            statement.setLong(1, position);
            statement.setLong(2, position);
            statement.setLong(3, events);
            statement.setLong(4, events);
            statement.setLong(5, id);
            statement.setLong(6, epoch);
            changed(statement);
        }
    }

    private static final String RECORD_OLD =
            "UPDATE projection.rebuild_part SET old_position = greatest(old_position, ?) WHERE rebuild = ?";

    /** The same for the tables that were put aside. */
    void recordOld(long position, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RECORD_OLD)) {
            statement.setLong(1, position);
            statement.setLong(2, id);
            statement.executeUpdate();
        }
    }

    private static final String MOVE = """
            UPDATE projection.rebuild SET state = ?, updated_at = clock_timestamp(),
                ended_at = CASE WHEN ? THEN clock_timestamp() END,
                wanted = CASE WHEN ? THEN 'run' ELSE wanted END
            WHERE id = ? AND epoch = ?""";

    /** The next state; what was wanted is done with when the rebuild leaves the building site. */
    void move(State to, Connection connection) throws SQLException {
        boolean ended = switch (to) {
            case UNDONE, CANCELLED, FAILED, RETIRED -> true;
            case FILLING, INDEXING, CATCHING_UP, COMPARING, READY, SWITCHED -> false;
        };
        try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
            statement.setString(1, to.word());
            statement.setBoolean(2, ended);
            statement.setBoolean(3, !to.building());
            statement.setLong(4, id);
            statement.setLong(5, epoch);
            changed(statement);
        }
        if (!to.building()) {
            endParts(connection);
        }
    }

    private static final String END_PARTS =
            "UPDATE projection.rebuild_part SET building = false WHERE rebuild = ? AND building";

    private void endParts(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(END_PARTS)) {
            statement.setLong(1, id);
            statement.executeUpdate();
        }
    }

    private static final String DIFFERENCES =
            "UPDATE projection.rebuild SET differences = ? WHERE id = ? AND epoch = ?";

    void differences(List<String> differences, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DIFFERENCES)) {
            statement.setArray(1, connection.createArrayOf("text", differences.toArray()));
            statement.setLong(2, id);
            statement.setLong(3, epoch);
            changed(statement);
        }
    }

    private static final String NOTE = "UPDATE projection.rebuild SET error = ? WHERE id = ? AND epoch = ?";

    /** What keeps it from going on, or null when nothing does any more. */
    void note(@Nullable String error, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NOTE)) {
            statement.setString(1, error);
            statement.setLong(2, id);
            statement.setLong(3, epoch);
            changed(statement);
        }
    }

    private static final String RELEASE = """
            UPDATE projection.rebuild SET node = NULL, rate = 0, error = coalesce(?, error),
                leased_until = clock_timestamp() + ? * interval '1 second'
            WHERE id = ? AND epoch = ?""";

    /** Lets go, so that it, or another node, can take it up after some seconds. */
    void release(int afterSeconds, @Nullable String error) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(RELEASE)) {
            statement.setString(1, error);
            statement.setInt(2, afterSeconds);
            statement.setLong(3, id);
            statement.setLong(4, epoch);
            statement.executeUpdate();
        }
    }

    private void changed(PreparedStatement statement) throws SQLException {
        if (statement.executeUpdate() == 0) {
            throw new LeaseLost(id);
        }
    }

    /**
     * Work in one fenced transaction on a connection of its own. Closing a connection with an open transaction rolls it
     * back, also where the connection is broken and a rollback would only hide why.
     */
    void inTransaction(Work work) throws SQLException, InterruptedException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            fence(connection);
            work.on(connection);
            connection.commit();
        }
    }

    Rebuild read() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return Rebuilds.one(id, connection);
        }
    }

    @FunctionalInterface
    interface Work {
        void on(Connection connection) throws SQLException, InterruptedException;
    }
}
