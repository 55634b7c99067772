package dev.varve.projection.rebuild;

import dev.varve.projection.TableNames;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jooq.Table;

/** What the database knows of the keys of tables: their columns, and which are there already after a crash or a pause. */
final class WrittenKeys {

    /** Types whose text is the same in Java and in PostgreSQL. */
    private static final Set<String> SAME_TEXT =
            Set.of("text", "character varying", "uuid", "smallint", "integer", "bigint");

    private static final int FETCHED = 10_000;

    private WrittenKeys() {}

    private static final String PRIMARY_KEY = """
            SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_index i
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
            WHERE i.indrelid = ?::regclass AND i.indisprimary""";

    private record Column(String name, String type) {}

    private static List<Column> primaryKey(Table<?> table, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PRIMARY_KEY)) {
            statement.setString(1, TableNames.LIVING.of(table));
            try (ResultSet rows = statement.executeQuery()) {
                List<Column> columns = new ArrayList<>();
                while (rows.next()) {
                    columns.add(new Column(rows.getString(1), rows.getString(2)));
                }
                return columns;
            }
        }
    }

    /** Whether the position is part of its key: rows are appended then and not changed. */
    static boolean isHistory(Table<?> table, Connection connection) throws SQLException {
        return primaryKey(table, connection).stream()
                .anyMatch(column -> column.name().equals("position"));
    }

    /** Remembers the rows that a table beside holds; all there could be where that cannot be told from their text. */
    static void addTo(SeenKeys seen, Table<?> table, TableNames names, Connection connection) throws SQLException {
        List<Column> key = primaryKey(table, connection);
        if (key.size() != 1 || !SAME_TEXT.contains(key.getFirst().type())) {
            seen.addAll(table.getName());
            return;
        }
        String column = TableNames.quoted(key.getFirst().name());
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCHED);
            try (ResultSet rows = statement.executeQuery("SELECT " + column + "::text FROM " + names.of(table))) {
                while (rows.next()) {
                    seen.add(table.getName(), List.of(rows.getString(1)));
                }
            }
        }
    }
}
