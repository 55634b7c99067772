package dev.varve.app.erasure;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Searches every table of the application for rows that carry a pseudonym. It asks the catalog, so a table that a context
 * adds tomorrow is searched, too.
 */
final class Traces {

    private static final String CANCELED = "57014";

    private final Map<String, Long> rows = new TreeMap<>();
    private final List<String> notCounted = new ArrayList<>();
    private final Connection connection;
    private final Duration patience;

    private Traces(Connection connection, Duration patience) {
        this.connection = connection;
        this.patience = patience;
    }

    /**
     * Searches all tables.
     *
     * @param patience for one table; one that takes longer is listed, not counted
     */
    static Traces of(Connection connection, String subject, Duration patience) throws SQLException {
        Traces traces = new Traces(connection, patience);
        for (Table table : traces.tables()) {
            traces.count(table, subject);
        }
        return traces;
    }

    Map<String, Long> rows() {
        return rows;
    }

    List<String> notCounted() {
        return notCounted;
    }

    private record Table(String name, String condition) {}

    // Tables with what is needed to search them; partitions are searched by their parents. A pseudonym is ASCII,
    // so that its bytes are the same in a text, a JSON and an array.
    private static final String TABLES = """
            SELECT format('%I.%I', n.nspname, c.relname),
                   string_agg(CASE WHEN t.typname = 'bytea'
                                   THEN format('position(convert_to($1, ''UTF8'') IN %I) > 0', a.attname)
                                   ELSE format('position($1 IN %I::text) > 0', a.attname) END, ' OR ' ORDER BY a.attnum)
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
              JOIN pg_type t ON t.oid = a.atttypid
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
               AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
               AND t.typname IN ('bytea', 'text', 'varchar', 'bpchar', 'json', 'jsonb', '_text', '_varchar', '_jsonb')
               AND has_table_privilege(c.oid, 'SELECT')
             GROUP BY 1 ORDER BY 1
            """;

    private List<Table> tables() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(TABLES)) {
            List<Table> tables = new ArrayList<>();
            while (found.next()) {
                tables.add(new Table(found.getString(1), found.getString(2)));
            }
            return tables;
        }
    }

    private void count(Table table, String subject) throws SQLException {
        // The pseudonym is 32 hexadecimal digits, checked by the key folder; names come quoted from the catalog.
        String sql = "SELECT count(*) FROM %s WHERE %s"
                .formatted(table.name(), table.condition().replace("$1", "'" + subject + "'"));
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(Math.toIntExact(Math.max(1, patience.toSeconds())));
            try (ResultSet count = statement.executeQuery(sql)) {
                count.next();
                if (count.getLong(1) > 0) {
                    rows.put(table.name(), count.getLong(1));
                }
            }
        } catch (SQLException e) {
            if (!CANCELED.equals(e.getSQLState())) {
                throw e;
            }
            notCounted.add(table.name());
        }
    }

    private static final String STREAMS = """
            SELECT count(DISTINCT stream_id) FROM event_store.event WHERE position(convert_to(?, 'UTF8') IN payload) > 0
            """;

    /** The streams with events about a person; zero if the events were not counted. */
    long streams(String subject) throws SQLException {
        if (!rows.containsKey("event_store.event")) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement(STREAMS)) {
            statement.setString(1, subject);
            try (ResultSet count = statement.executeQuery()) {
                count.next();
                return count.getLong(1);
            }
        }
    }
}
