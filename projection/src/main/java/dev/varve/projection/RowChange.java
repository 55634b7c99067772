package dev.varve.projection;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jooq.Record;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/** One change of one row by one event: the columns it sets and the columns it counts up or down. */
public final class RowChange {

    private final Kind kind;
    private final Key key;
    private final Map<TableField<?, ?>, @Nullable Object> sets;
    private final Map<TableField<?, ?>, Long> adds;
    private long position;

    RowChange(Kind kind, Key key, long position) {
        this(kind, key, position, new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private RowChange(
            Kind kind,
            Key key,
            long position,
            Map<TableField<?, ?>, @Nullable Object> sets,
            Map<TableField<?, ?>, Long> adds) {
        this.kind = kind;
        this.key = key;
        this.position = position;
        this.sets = sets;
        this.adds = adds;
    }

    /** Sets a column; what an earlier change added to it or set does not count any more. */
    public <R extends Record, T> RowChange set(TableField<R, T> field, @Nullable T value) {
        ofThisTable(field);
        put(field, value);
        return this;
    }

    /** Adds to a column; each event counts once, however often it is applied. */
    public <R extends Record, N extends Number> RowChange add(TableField<R, N> field, long delta) {
        ofThisTable(field);
        increase(field, delta);
        return this;
    }

    // Generated tables are there once, so that equality, which compares names, is seldom asked.
    @SuppressWarnings("ReferenceEquality")
    private void ofThisTable(TableField<?, ?> field) {
        if (field.getTable() != key.table() && !Objects.equals(field.getTable(), key.table())) {
            throw new IllegalArgumentException("%s is not a column of %s".formatted(field, key.table()));
        }
    }

    private void put(TableField<?, ?> field, @Nullable Object value) {
        if (!adds.isEmpty()) {
            adds.remove(field);
        }
        sets.put(field, value);
    }

    private void increase(TableField<?, ?> field, long delta) {
        if (sets.get(field) instanceof Number known) {
            sets.put(field, known.longValue() + delta);
        } else {
            adds.merge(field, delta, Long::sum);
        }
    }

    /** Takes in a later change of the same row, as {@link Batch} allows. */
    RowChange foldedWith(RowChange later) {
        Kind folded = kind == Kind.PATCH && later.kind == Kind.UPSERT ? Kind.UPSERT : kind;
        RowChange both =
                new RowChange(folded, key, later.position, new LinkedHashMap<>(sets), new LinkedHashMap<>(adds));
        later.sets.forEach(both::put);
        later.adds.forEach(both::increase);
        return both;
    }

    public Kind kind() {
        return kind;
    }

    public Key key() {
        return key;
    }

    public long position() {
        return position;
    }

    /** The columns that are set; not to be changed. */
    public Map<TableField<?, ?>, @Nullable Object> sets() {
        return sets;
    }

    /** The columns that are counted up or down; not to be changed. */
    public Map<TableField<?, ?>, Long> adds() {
        return adds;
    }

    /** What is done to the row. */
    public enum Kind {
        UPSERT,
        PATCH,
        DELETE,
        APPEND
    }
}
