package dev.varve.projection.rebuild;

import dev.varve.projection.Key;
import dev.varve.projection.Literals;
import dev.varve.projection.RowChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jooq.Table;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table that were not there before, folded in memory to their last state.
 *
 * <p>A row is an array with a place for each column, not a map: millions of them have to fit.
 */
final class FoldedTable {

    /** Stands for NULL; a place that is empty was never set and gets its default. */
    private enum Nothing {
        NULL
    }

    private static final int ROW_BYTES = 96;
    private static final int VALUE_BYTES = 24;
    private static final int STRING_BYTES = 40;

    private final OncePerKey<TableField<?, ?>, Integer> places = new OncePerKey<>(this::newPlace);
    private final List<TableField<?, ?>> columns = new ArrayList<>();
    private final Map<Object, Row> rows = new HashMap<>();
    private final int width;
    private long bytes;

    FoldedTable(Table<?> table) {
        this.width = table.fields().length;
    }

    /** Takes a change of a row that is not in the database: it is made here, or the change comes to nothing. */
    void apply(RowChange change) {
        Object key = keyOf(change.key());
        switch (change.kind()) {
            case UPSERT -> set(rows.computeIfAbsent(key, made -> newRow(change.key())), change);
            case PATCH -> {
                Row row = rows.get(key);
                if (row != null) {
                    set(row, change);
                }
            }
            case DELETE -> {
                if (rows.remove(key) != null) {
                    bytes -= ROW_BYTES;
                }
            }
            case APPEND -> throw new IllegalArgumentException("an appended row is not folded");
        }
    }

    private static Object keyOf(Key key) {
        return key.values().size() == 1 ? key.values().getFirst() : key.values();
    }

    private Row newRow(Key key) {
        Row row = new Row(new Object[width]);
        bytes += ROW_BYTES + 4L * width;
        for (int i = 0; i < key.fields().size(); i++) {
            put(row, place(key.fields().get(i)), key.values().get(i));
        }
        return row;
    }

    private void set(Row row, RowChange change) {
        row.position = change.position();
        change.sets().forEach((field, value) -> put(row, place(field), value));
        change.adds().forEach((field, delta) -> add(row, place(field), Objects.requireNonNull(delta)));
    }

    private void put(Row row, int place, @Nullable Object value) {
        bytes += size(value) - size(row.values[place]);
        row.values[place] = value == null ? Nothing.NULL : value;
    }

    /** As the live statements count: from what was set, from nothing in a new row, and never from NULL. */
    private void add(Row row, int place, long delta) {
        Object before = row.values[place];
        if (before == null) {
            put(row, place, delta);
        } else if (before instanceof Number known) {
            put(row, place, known.longValue() + delta);
        }
    }

    private int place(TableField<?, ?> field) {
        return places.of(field);
    }

    private int newPlace(TableField<?, ?> field) {
        columns.add(field);
        return columns.size() - 1;
    }

    private static int size(@Nullable Object value) {
        // Not a switch over patterns, as for literals.
        if (value == null || value == Nothing.NULL) {
            return 0;
        }
        if (value instanceof String text) {
            return STRING_BYTES + text.length();
        }
        if (value instanceof org.jooq.JSONB json) {
            return VALUE_BYTES + STRING_BYTES + json.data().length();
        }
        if (value instanceof org.jooq.JSON json) {
            return VALUE_BYTES + STRING_BYTES + json.data().length();
        }
        return value instanceof Object[] array
                ? VALUE_BYTES + Arrays.stream(array).mapToInt(FoldedTable::size).sum()
                : VALUE_BYTES;
    }

    /** About how much memory the rows take. */
    long bytes() {
        return bytes;
    }

    int size() {
        return rows.size();
    }

    /** Hands over all rows, those with the same columns together, as text in pieces; after this the table is empty. */
    void drain(Table<?> table, int pieceBytes, CopySink sink) throws java.sql.SQLException {
        Map<BitSet, List<Row>> shapes = new HashMap<>();
        for (Row row : rows.values()) {
            shapes.computeIfAbsent(row.filled(), shape -> new ArrayList<>()).add(row);
        }
        for (Map.Entry<BitSet, List<Row>> shape : shapes.entrySet()) {
            int[] filled = shape.getKey().stream().toArray();
            CopyTarget target = new CopyTarget(
                    table,
                    Arrays.stream(filled)
                            .<TableField<?, ?>>mapToObj(columns::get)
                            .toList());
            CopyText text = new CopyText();
            for (Row row : shape.getValue()) {
                for (int place : filled) {
                    Object value = row.values[place];
                    text.field(value == Nothing.NULL ? null : Literals.of(value));
                }
                text.field(Long.toString(row.position));
                text.endRow();
                if (text.size() >= pieceBytes) {
                    sink.copy(target, text);
                    text.clear();
                }
            }
            if (text.size() > 0) {
                sink.copy(target, text);
            }
        }
        rows.clear();
        bytes = 0;
    }

    /** The keys of all rows, as PostgreSQL writes them. */
    void forEachKey(java.util.function.Consumer<List<String>> each) {
        for (Object key : rows.keySet()) {
            each.accept(text(key instanceof List<?> several ? several : List.of(key)));
        }
    }

    static List<String> text(List<?> values) {
        List<String> texts = new ArrayList<>(values.size());
        for (Object value : values) {
            texts.add(String.valueOf(Literals.of(value)));
        }
        return texts;
    }

    /** Takes rows as text. */
    interface CopySink {
        void copy(CopyTarget target, CopyText rows) throws java.sql.SQLException;
    }

    private static final class Row {
        private final @Nullable Object[] values;
        private long position = Long.MIN_VALUE;

        private Row(@Nullable Object[] values) {
            this.values = values;
        }

        private BitSet filled() {
            BitSet filled = new BitSet(values.length);
            for (int i = 0; i < values.length; i++) {
                if (values[i] != null) {
                    filled.set(i);
                }
            }
            return filled;
        }
    }
}
