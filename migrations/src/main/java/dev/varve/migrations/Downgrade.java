package dev.varve.migrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;

/**
 * Takes back one version: its file, its line in the history and, below version 1, the schema itself, in one
 * transaction.
 *
 * <p>What would be lost is not guessed from the SQL. The file is run, what is missing afterwards is looked up in the
 * catalog, and the run is undone to count the rows of just those tables and columns under a lock that keeps others from
 * adding any.
 */
final class Downgrade {

    private static final String TABLES_AND_COLUMNS = """
            SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), quote_ident(a.attname)
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE n.nspname = ? AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'schema_history'
            ORDER BY c.oid, a.attnum
            """;

    private static final String DELETED = """
            SELECT quote_ident(schemaname) || '.' || quote_ident(relname), n_tup_del
            FROM pg_stat_xact_user_tables
            WHERE schemaname = ? AND n_tup_del > 0 AND relname <> 'schema_history'
            """;

    private static final String LEFT_BEHIND = """
            SELECT CASE c.relkind WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' ELSE 'table' END
                   || ' ' || c.relname
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname !~ '^schema_history' AND c.relkind <> 't'
            UNION ALL
            SELECT 'function ' || p.oid::regprocedure
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ?
            UNION ALL
            SELECT 'type ' || t.typname
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE n.nspname = ? AND t.typrelid = 0 AND t.typcategory <> 'A'
            """;

    private final Connection connection;
    private final Timeouts timeouts;
    private final RowLoss rowLoss;

    Downgrade(Connection connection, Timeouts timeouts, RowLoss rowLoss) {
        this.connection = connection;
        this.timeouts = timeouts;
        this.rowLoss = rowLoss;
    }

    void run(MigrationPair pair) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(timeouts.settings());
            // As Flyway does on the way up, so that a file need not repeat the schema's name.
            statement.execute("SET LOCAL search_path = %s, public".formatted(pair.schema()));
            if (rowLoss == RowLoss.REFUSED) {
                refuseIfRowsWouldGo(pair);
            }
            runFile(pair);
            History.forget(connection, pair.schema(), pair.version());
            if (pair.version() == 1) {
                dropSchema(pair);
            }
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private void refuseIfRowsWouldGo(MigrationPair pair) throws SQLException {
        Map<String, List<String>> before = tablesAndColumns(pair.schema());
        Savepoint untouched = connection.setSavepoint();
        runFile(pair);
        Map<String, List<String>> after = tablesAndColumns(pair.schema());
        SortedMap<String, Long> lost = deletedRows(pair.schema());
        connection.rollback(untouched);

        for (var table : before.entrySet()) {
            List<String> kept = after.getOrDefault(table.getKey(), List.of());
            if (!after.containsKey(table.getKey())) {
                count(lost, table.getKey(), table.getKey(), "true");
            }
            for (String column : after.containsKey(table.getKey()) ? table.getValue() : List.<String>of()) {
                if (!kept.contains(column)) {
                    count(lost, table.getKey() + ", column " + column, table.getKey(), column + " IS NOT NULL");
                }
            }
        }
        if (!lost.isEmpty()) {
            StringBuilder message =
                    new StringBuilder("schema %s was not taken back below version %d, because rows would be lost:"
                            .formatted(pair.schema(), pair.version()));
            lost.forEach((where, rows) ->
                    message.append("\n  %s: %,d %s".formatted(where, rows, rows == 1 ? "row" : "rows")));
            message.append("\nIt stays as it is. Take a backup, then allow it with --lose-rows.");
            throw new MigrationFailed(message.toString(), null);
        }
    }

    private void count(Map<String, Long> lost, String name, String table, String condition) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE %s IN ACCESS EXCLUSIVE MODE".formatted(table));
            try (ResultSet row =
                    statement.executeQuery("SELECT count(*) FROM %s WHERE %s".formatted(table, condition))) {
                if (row.next() && row.getLong(1) > 0) {
                    lost.put(name, row.getLong(1));
                }
            }
        }
    }

    private Map<String, List<String>> tablesAndColumns(String schema) throws SQLException {
        Map<String, List<String>> found = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES_AND_COLUMNS)) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.computeIfAbsent(rows.getString(1), any -> new ArrayList<>())
                            .add(rows.getString(2));
                }
            }
        }
        return found;
    }

    private SortedMap<String, Long> deletedRows(String schema) throws SQLException {
        SortedMap<String, Long> deleted = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(DELETED)) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    deleted.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        return deleted;
    }

    private void runFile(MigrationPair pair) throws SQLException {
        for (NativeQuery query : Parser.parseJdbcSql(pair.down(), true, false, true, false, false)) {
            if (!query.nativeSql.isBlank()) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(query.nativeSql);
                } catch (SQLException e) {
                    throw Failures.ofDown(pair, query.nativeSql, e);
                }
            }
        }
    }

    private void dropSchema(MigrationPair pair) throws SQLException {
        List<String> left = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(LEFT_BEHIND)) {
            for (int parameter = 1; parameter <= 3; parameter++) {
                statement.setString(parameter, pair.schema());
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    left.add(rows.getString(1));
                }
            }
        }
        if (!left.isEmpty()) {
            throw new MigrationFailed(
                    "%s leaves behind in schema %s: %s. Nothing was changed; add them to the file, or drop by hand what did not come from a migration."
                            .formatted(pair.downFile(), pair.schema(), String.join(", ", left)),
                    null);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE %s.%s".formatted(pair.schema(), History.TABLE));
            statement.execute("DROP SCHEMA %s RESTRICT".formatted(pair.schema()));
        }
    }
}
