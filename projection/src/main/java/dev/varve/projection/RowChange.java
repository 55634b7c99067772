package dev.varve.projection;

import java.util.Objects;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/** One change of one row by one event: the columns it sets and the columns it counts up or down. */
public final class RowChange {

    private final Kind kind;
    private final Key key;
    private final Columns<Object> sets;
    private final Columns<Long> adds;
    private long position;

    RowChange(Kind kind, Key key, long position) {
        this(kind, key, position, new Columns<>(), new Columns<>());
    }

    private RowChange(Kind kind, Key key, long position, Columns<Object> sets, Columns<Long> adds) {
        this.kind = kind;
        this.key = key;
        this.position = position;
        this.sets = sets;
        this.adds = adds;
    }

    /** Sets a column; what an earlier change added to it or set does not count any more. */
    public <R extends Record, T> RowChange set(TableField<R, T> field, @Nullable T value) {
        put(ofThisTable(field), value);
        return this;
    }

    /** Adds to a column; each event counts once, however often it is applied. */
    public <R extends Record, N extends Number> RowChange add(TableField<R, N> field, long delta) {
        increase(ofThisTable(field), delta);
        return this;
    }

    /** The column as the key's own table has it; generated tables are there once, so that it is the very one. */
    @SuppressWarnings("ReferenceEquality")
    private TableField<?, ?> ofThisTable(TableField<?, ?> field) {
        Table<?> table = key.table();
        if (field.getTable() == table) {
            return field;
        }
        if (Objects.equals(field.getTable(), table) && table.field(field.getName()) instanceof TableField<?, ?> own) {
            return own;
        }
        throw new IllegalArgumentException("%s is not a column of %s".formatted(field, table));
    }

    private void put(TableField<?, ?> field, @Nullable Object value) {
        if (!adds.isEmpty()) {
            adds.remove(field);
        }
        sets.put(field, value);
    }

    private void increase(TableField<?, ?> field, long delta) {
        int set = sets.place(field);
        if (set >= 0 && sets.value(set) instanceof Number known) {
            sets.put(field, known.longValue() + delta);
            return;
        }
        int added = adds.place(field);
        adds.put(field, added < 0 ? delta : Objects.requireNonNull(adds.value(added)) + delta);
    }

    /** Takes in a later change of the same row, as {@link Batch} allows. */
    RowChange foldedWith(RowChange later) {
        Kind folded = kind == Kind.PATCH && later.kind == Kind.UPSERT ? Kind.UPSERT : kind;
        RowChange both = new RowChange(folded, key, later.position, new Columns<>(sets), new Columns<>(adds));
        later.sets.forEach((field, value) -> both.put(both.ofThisTable(field), value));
        later.adds.forEach((field, delta) -> both.increase(both.ofThisTable(field), Objects.requireNonNull(delta)));
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

    /** The columns that are set. */
    public Columns<Object> sets() {
        return sets;
    }

    /** The columns that are counted up or down. */
    public Columns<Long> adds() {
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
