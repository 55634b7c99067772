package dev.varve.projection;

import dev.varve.projection.RowChange.Kind;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jooq.Table;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/** Writes a batch of changes in a few statements, on the connection and in the transaction of its caller. */
public final class RowWriter {

    /**
     * A plan made while a read model was young would go on reading the whole table when it has grown; with these the
     * planner takes the key from the start.
     */
    private static final String ALWAYS_BY_KEY = """
            SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                   set_config('enable_mergejoin', 'off', true)""";

    private final ConcurrentMap<Shape, String> statements = new ConcurrentHashMap<>();
    private final TableNames names;

    /** Writes to the living tables. */
    public RowWriter() {
        this(TableNames.LIVING);
    }

    public RowWriter(TableNames names) {
        this.names = names;
    }

    /**
     * Writes what the rows have not seen yet.
     *
     * @return how many rows were changed
     */
    public long write(Batch batch, Connection connection) throws SQLException {
        List<RowChange> changes = batch.changes();
        if (changes.stream().anyMatch(change -> change.kind() == Kind.PATCH || change.kind() == Kind.DELETE)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(ALWAYS_BY_KEY);
            }
        }
        long rows = 0;
        Map<Key, Long> applied = new HashMap<>();
        for (Map.Entry<Table<?>, List<Key>> counted : batch.countedRows().entrySet()) {
            applied.putAll(lockPositions(counted.getKey(), counted.getValue(), connection));
        }
        for (List<RowChange> round : batch.rounds(applied)) {
            List<Batch.OfShape> shapes = Batch.byShape(round);
            // The same order in every transaction, so that two of them never wait for each other.
            shapes.sort(Comparator.comparing(shape -> sql(shape.shape())));
            for (Batch.OfShape one : shapes) {
                rows += write(one.shape(), one.changes(), connection);
            }
        }
        return rows;
    }

    private int write(Shape shape, List<RowChange> changes, Connection connection) throws SQLException {
        List<TableField<?, ?>> columns = shape.columns();
        List<@Nullable String[]> rows = new ArrayList<>(changes.size());
        for (RowChange change : changes) {
            rows.add(row(change, columns.size()));
        }
        rows.sort(Comparator.comparing(row -> String.valueOf(row[0])));
        try (PreparedStatement statement = connection.prepareStatement(sql(shape))) {
            bind(statement, rows, columns.size() + 1, connection);
            return statement.executeUpdate();
        }
    }

    private static @Nullable String[] row(RowChange change, int columns) {
        @Nullable String[] row = new @Nullable String[columns + 1];
        int column = 0;
        for (Object value : change.key().values()) {
            row[column++] = Literals.of(value);
        }
        for (int place = 0; place < change.sets().size(); place++) {
            row[column++] = Literals.of(change.sets().value(place));
        }
        for (int place = 0; place < change.adds().size(); place++) {
            row[column++] = Literals.of(change.adds().value(place));
        }
        row[column] = Long.toString(change.position());
        return row;
    }

    private Map<Key, Long> lockPositions(Table<?> table, List<Key> keys, Connection connection) throws SQLException {
        List<TableField<?, ?>> fields = keys.getFirst().fields();
        List<@Nullable String[]> rows = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            @Nullable String[] row = new @Nullable String[fields.size() + 1];
            for (int column = 0; column < fields.size(); column++) {
                row[column] = Literals.of(keys.get(i).values().get(column));
            }
            row[fields.size()] = Integer.toString(i);
            rows.add(row);
        }
        Map<Key, Long> positions = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(Shape.lockPositions(fields, table, names))) {
            bind(statement, rows, fields.size() + 1, connection);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    positions.put(keys.get(found.getInt(1)), found.getLong(2));
                }
            }
        }
        return positions;
    }

    private static void bind(
            PreparedStatement statement, List<@Nullable String[]> rows, int columns, Connection connection)
            throws SQLException {
        for (int column = 0; column < columns; column++) {
            @Nullable Object[] values = new @Nullable Object[rows.size()];
            for (int row = 0; row < values.length; row++) {
                values[row] = rows.get(row)[column];
            }
            Array array = connection.createArrayOf("text", values);
            statement.setArray(column + 1, array);
        }
    }

    private String sql(Shape shape) {
        return statements.computeIfAbsent(shape, made -> made.sql(names));
    }
}
