package dev.varve.command.ingestion.oldstore;

import dev.varve.command.ingestion.BrokenSource;
import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A database of another system, held open in one read-only transaction, so that all its tables are seen as they were at
 * one moment and nothing of it can change by being imported.
 */
public final class OldDatabase implements AutoCloseable {

    private static final int ROWS_FETCHED_AT_ONCE = 2000;

    private final Connection connection;
    private final @Nullable String schema;
    private final String name;
    private final Values values;
    private final UnaryOperator<String> ordering;

    private OldDatabase(
            Connection connection,
            @Nullable String schema,
            String name,
            Values values,
            UnaryOperator<String> ordering) {
        this.connection = connection;
        this.schema = schema;
        this.name = name;
        this.values = values;
        this.ordering = ordering;
    }

    /** The connection must be in its read-only transaction already; it is closed with this. */
    static OldDatabase postgres(Connection connection, String schema, String name) {
        return new OldDatabase(connection, schema, name, OldDatabase::typed, OldDatabase::quoted);
    }

    /** The connection must read only; it is closed with this. A value is of the type it was stored as. */
    static OldDatabase sqlite(Connection connection, String name) {
        return new OldDatabase(
                connection, null, name, (row, column, type) -> row.getObject(column), OldDatabase::inTime);
    }

    /** SQLite keeps times as text, in as many ways of writing as programs wrote them, which do not sort as times. */
    private static String inTime(String column) {
        return column.endsWith("_at") ? "julianday(%s), %1$s".formatted(quoted(column)) : quoted(column);
    }

    /** What it is called, without user and password. */
    public String name() {
        return name;
    }

    /** The table of this name, if there is one. */
    public Optional<OldTable> table(String table) throws BrokenSource {
        try {
            List<String> columns = columns(table);
            return columns.isEmpty() ? Optional.empty() : Optional.of(new OldTable(table, columns, count(table)));
        } catch (SQLException e) {
            throw new BrokenSource("%s: table %s cannot be read: %s".formatted(name, table, e.getMessage()), e);
        }
    }

    /**
     * Reads all rows, a few thousand at a time.
     *
     * @param order column names; those that the table does not have are left out
     */
    public void read(OldTable table, List<String> order, Reader reader) throws IOException {
        String columns = table.columns().stream().map(OldDatabase::quoted).collect(Collectors.joining(", "));
        String sorted =
                order.stream().filter(table.columns()::contains).map(ordering).collect(Collectors.joining(", "));
        String select = "SELECT " + columns + " FROM " + qualified(table.name()) + " ORDER BY " + sorted;
        try (PreparedStatement statement = connection.prepareStatement(select)) {
            statement.setFetchSize(ROWS_FETCHED_AT_ONCE);
            try (ResultSet rows = statement.executeQuery()) {
                List<Column> known = columns(rows.getMetaData());
                while (rows.next()) {
                    reader.accept(row(table, rows, known));
                }
            }
        } catch (SQLException e) {
            throw new IOException("%s: reading %s broke off: %s".formatted(name, table.name(), e.getMessage()), e);
        }
    }

    @Override
    public void close() throws BrokenSource {
        try (connection) {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new BrokenSource(name + " cannot be closed: " + e.getMessage(), e);
        }
    }

    /** A column of a result: what it is called, and the type it was declared with. */
    private record Column(String name, String type) {}

    private static List<Column> columns(ResultSetMetaData result) throws SQLException {
        List<Column> columns = new ArrayList<>();
        for (int i = 1; i <= result.getColumnCount(); i++) {
            columns.add(new Column(result.getColumnName(i), result.getColumnTypeName(i)));
        }
        return columns;
    }

    private OldRow row(OldTable table, ResultSet row, List<Column> columns) throws SQLException {
        Map<String, @Nullable Object> values = LinkedHashMap.newLinkedHashMap(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            values.put(column.name, this.values.read(row, i + 1, column.type));
        }
        return new OldRow(table, values);
    }

    private static @Nullable Object typed(ResultSet row, int column, String type) throws SQLException {
        return switch (type) {
            case "timestamptz" -> row.getObject(column, OffsetDateTime.class);
            case "timestamp" -> row.getObject(column, LocalDateTime.class);
            case "json", "jsonb", "uuid" -> row.getString(column);
            default -> {
                Object value = row.getObject(column);
                yield value instanceof Array array ? array.getArray() : value;
            }
        };
    }

    private List<String> columns(String table) throws SQLException {
        DatabaseMetaData catalog = connection.getMetaData();
        List<String> columns = new ArrayList<>();
        String escaped = table.replace("_", catalog.getSearchStringEscape() + "_");
        try (ResultSet found = catalog.getColumns(null, schema, escaped, null)) {
            while (found.next()) {
                columns.add(found.getString("COLUMN_NAME"));
            }
        }
        return columns;
    }

    private long count(String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM " + qualified(table));
                ResultSet count = statement.executeQuery()) {
            count.next();
            return count.getLong(1);
        }
    }

    private String qualified(String table) {
        return schema == null ? quoted(table) : quoted(schema) + "." + quoted(table);
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** How one kind of database hands out a value. */
    @FunctionalInterface
    private interface Values {

        @Nullable Object read(ResultSet row, int column, String type) throws SQLException;
    }

    /** Takes rows one after the other. */
    @FunctionalInterface
    public interface Reader {

        void accept(OldRow row) throws IOException;
    }
}
