package dev.varve.eventstore.maintenance;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes partitions out of the log. PostgreSQL does it in two transactions: if it is ended between them the partition is
 * out of sight and still there, and nobody but {@code FINALIZE} can go on.
 */
final class Detaching {

    private Detaching() {}

    /** Takes a partition out of the log; waits for statements that use the log, and makes none wait. */
    static void run(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE event_store.event DETACH PARTITION " + table + " CONCURRENTLY");
        }
    }

    /** A table that was a partition, with all its rows. */
    record Detached(String table, long from, long to) {}

    private static final String DETACHED = """
            SELECT format('event_store.%I', c.relname), h.inhrelid IS NOT NULL
            FROM pg_class c LEFT JOIN pg_inherits h ON h.inhrelid = c.oid
            WHERE c.relnamespace = 'event_store'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^event_[0-9]{15}$'
                AND (h.inhrelid IS NULL OR h.inhdetachpending)
            ORDER BY 1
            """;

    /** What an earlier run has detached, or begun to detach, and not dropped. */
    static List<Detached> left(Connection connection) throws SQLException {
        List<Detached> left = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                Statement finish = connection.createStatement();
                ResultSet rows = statement.executeQuery(DETACHED)) {
            while (rows.next()) {
                String table = rows.getString(1);
                if (rows.getBoolean(2)) {
                    finish.execute("ALTER TABLE event_store.event DETACH PARTITION " + table + " FINALIZE");
                }
                left.add(new Detached(
                        table,
                        Long.parseLong(table.substring(table.lastIndexOf('_') + 1)),
                        Answers.number(connection, "SELECT max(position) FROM " + table)));
            }
        }
        return left;
    }
}
