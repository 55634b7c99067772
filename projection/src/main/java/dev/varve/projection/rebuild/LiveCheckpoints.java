package dev.varve.projection.rebuild;

import dev.varve.projection.Projection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far the live processors of some projections are, and held there until the transaction ends: a batch stores its
 * checkpoint in the transaction of its rows.
 *
 * @param slowest segment of each projection
 * @param furthest of all segments
 */
record LiveCheckpoints(Map<String, Long> slowest, long furthest) {

    private static final String LOCK = """
            SELECT processor, coalesce(position, 0) FROM event_store.token WHERE processor = ANY (?)
            ORDER BY processor, segment FOR UPDATE""";

    static LiveCheckpoints lock(List<Projection<?>> projections, Connection connection) throws SQLException {
        Map<String, Long> slowest = new TreeMap<>();
        long furthest = 0;
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setArray(1, connection.createArrayOf("text", names(projections)));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    slowest.merge(rows.getString(1), rows.getLong(2), Math::min);
                    furthest = Math.max(furthest, rows.getLong(2));
                }
            }
        }
        for (Projection<?> projection : projections) {
            slowest.putIfAbsent(projection.name(), 0L);
        }
        return new LiveCheckpoints(slowest, furthest);
    }

    private static final String FURTHEST =
            "SELECT coalesce(max(position), 0) FROM event_store.token WHERE processor = ANY (?)";

    /** How far the furthest of all segments is now; nothing is held. */
    static long furthest(List<Projection<?>> projections, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FURTHEST)) {
            statement.setArray(1, connection.createArrayOf("text", names(projections)));
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static final String MOVE = """
            UPDATE event_store.token SET position = ? WHERE processor = ANY (?) AND token IS NULL
              AND coalesce(position, 0) < ?""";

    /** A node that starts later goes on from here; one that runs may remember less, and then does some of it again. */
    static void move(List<Projection<?>> projections, long position, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
            statement.setLong(1, position);
            statement.setArray(2, connection.createArrayOf("text", names(projections)));
            statement.setLong(3, position);
            statement.executeUpdate();
        }
    }

    private static Object[] names(List<Projection<?>> projections) {
        return projections.stream().map(Projection::name).toArray();
    }
}
