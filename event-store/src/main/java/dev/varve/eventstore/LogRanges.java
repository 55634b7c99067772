package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads much of the log at once: ranges of positions, on connections of the caller, so that several can read side by side.
 *
 * <p>Positions are final, so a range up to the head never changes, and ranges may be read in any order.
 */
public final class LogRanges {

    private LogRanges() {}

    private static final String HEAD = "SELECT coalesce(max(position), 0) FROM event_store.event";

    /** Position of the last event; 0 for an empty log. */
    public static long head(Connection connection) throws SQLException {
        return number(HEAD, connection);
    }

    private static final String TAIL = "SELECT coalesce(min(position) - 1, 0) FROM event_store.event";

    /** The position before the first event that is still here; 0 as long as nothing was archived. */
    public static long tail(Connection connection) throws SQLException {
        return number(TAIL, connection);
    }

    private static long number(String sql, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /**
     * A plan made while a partition was young, or never analysed, would scan all of it for each range; and one that is made
     * without knowing the range would take it for short, and read all of it for the few events of a type.
     */
    private static final String PINNED =
            "SELECT set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)";

    private static final String READ = """
            SELECT position, event_id, stream_type, stream_id, version, type, revision, recorded_at, payload, metadata
            FROM event_store.event WHERE position > ? AND position <= ?""";

    private static final String IN_ORDER = " ORDER BY position LIMIT ?";

    /**
     * The wanted events after one position and up to another, in order, at most so many.
     *
     * @param connection not in autocommit mode; its transaction is used and left open
     */
    public static List<RecordedEvent> read(long after, long upTo, EventFilter filter, int limit, Connection connection)
            throws SQLException {
        try (Statement pin = connection.createStatement()) {
            pin.execute(PINNED);
        }
        try (PreparedStatement statement = connection.prepareStatement(READ + condition(filter) + IN_ORDER)) {
            statement.setLong(1, after);
            statement.setLong(2, upTo);
            int next = 3;
            List<String> names = names(filter);
            if (!names.isEmpty()) {
                statement.setArray(next++, connection.createArrayOf("text", names.toArray()));
            }
            statement.setInt(next, limit);
            try (ResultSet rows = statement.executeQuery()) {
                List<RecordedEvent> events = new ArrayList<>();
                while (rows.next()) {
                    events.add(event(rows));
                }
                return events;
            }
        }
    }

    private static String condition(EventFilter filter) {
        return switch (filter) {
            case EventFilter.Everything everything -> "";
            case EventFilter.OfTypes ofTypes -> ofTypes.types().isEmpty() ? " AND false" : " AND type = ANY (?)";
            case EventFilter.AllBut allBut ->
                allBut.shapes().isEmpty() ? "" : " AND (type || ' ' || coalesce(revision, '')) <> ALL (?)";
        };
    }

    private static List<String> names(EventFilter filter) {
        return switch (filter) {
            case EventFilter.Everything everything -> List.of();
            case EventFilter.OfTypes ofTypes -> ofTypes.types();
            case EventFilter.AllBut allBut -> allBut.shapes();
        };
    }

    /** Of a row with the columns of {@link #READ}. */
    static RecordedEvent event(ResultSet rows) throws SQLException {
        return new RecordedEvent(
                rows.getLong(1),
                rows.getString(2),
                rows.getString(3),
                rows.getString(4),
                rows.getLong(5),
                rows.getString(6),
                rows.getString(7),
                rows.getObject(8, OffsetDateTime.class).toInstant(),
                rows.getBytes(9),
                rows.getBytes(10));
    }
}
