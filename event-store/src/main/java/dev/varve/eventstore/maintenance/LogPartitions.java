package dev.varve.eventstore.maintenance;

import dev.varve.eventstore.maintenance.LogPartition.State;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Lists the partitions of the log and of the outbox. */
public final class LogPartitions {

    private LogPartitions() {}

    private static final String THERE = "SELECT to_regclass(?) IS NOT NULL";

    private static final String PARTITIONS = """
            SELECT format('%s.%s', n.nspname, c.relname),
                   substring(b.bound FROM 'FROM \\(''?(-?[0-9]+)''?\\)')::bigint,
                   substring(b.bound FROM 'TO \\(''?(-?[0-9]+)''?\\)')::bigint - 1,
                   pg_total_relation_size(c.oid),
                   ARRAY(SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                         WHERE i.indrelid = c.oid ORDER BY x.relname)::text[]
            FROM pg_inherits h
            JOIN pg_class c ON c.oid = h.inhrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL (SELECT pg_get_expr(c.relpartbound, c.oid) AS bound) b
            WHERE h.inhparent = ?::regclass
            ORDER BY 2
            """;

    /** Those of the log and then, where there is one, those of the outbox, each in order. */
    public static List<LogPartition> all(Connection connection) throws SQLException {
        List<LogPartition> all = new ArrayList<>(of(connection, "event_store.event"));
        all.addAll(of(connection, "outbox.message"));
        return all;
    }

    /** Those of a table, in order; none if there is no such table. */
    static List<LogPartition> of(Connection connection, String table) throws SQLException {
        List<LogPartition> partitions = new ArrayList<>();
        if (!exists(connection, table)) {
            return partitions;
        }
        long head = head(connection, table);
        try (PreparedStatement statement = connection.prepareStatement(PARTITIONS)) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    partitions.add(partition(table, head, rows));
                }
            }
        }
        return partitions;
    }

    private static LogPartition partition(String table, long head, ResultSet rows) throws SQLException {
        long from = rows.getLong(2);
        long to = rows.getLong(3);
        State state = to <= head ? State.SEALED : from <= head + 1 ? State.OPEN : State.AHEAD;
        Array names = rows.getArray(5);
        return new LogPartition(
                table,
                rows.getString(1),
                from,
                to,
                state,
                Math.clamp(head - from + 1, 0, to - from + 1),
                rows.getLong(4),
                List.of((String[]) names.getArray()));
    }

    private static boolean exists(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(THERE)) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static long head(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT coalesce(max(position), 0) FROM " + table);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
