package dev.varve.projection;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/**
 * Some columns of one row with a value each, in the order in which they came.
 *
 * <p>They are of one and the same table, so that each is there once, and are looked for one after another: there are few,
 * and the hash of a column is made of its names, which would cost more than all else that is done with it.
 */
public final class Columns<V> {

    private static final int FIRST_SIZE = 8;

    private TableField<?, ?>[] fields;
    private @Nullable Object[] values;
    private int size;

    Columns() {
        this.fields = new TableField<?, ?>[FIRST_SIZE];
        this.values = new @Nullable Object[FIRST_SIZE];
    }

    Columns(Columns<V> copied) {
        this.fields = copied.fields.clone();
        this.values = copied.values.clone();
        this.size = copied.size;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public TableField<?, ?> field(int place) {
        return fields[Objects.checkIndex(place, size)];
    }

    @SuppressWarnings("unchecked") // only a V was put
    public @Nullable V value(int place) {
        return (V) values[Objects.checkIndex(place, size)];
    }

    public List<TableField<?, ?>> fields() {
        return List.of(Arrays.copyOf(fields, size));
    }

    public void forEach(BiConsumer<TableField<?, ?>, @Nullable V> each) {
        for (int place = 0; place < size; place++) {
            each.accept(fields[place], value(place));
        }
    }

    /** Whether these are the columns, in this order. */
    public boolean are(List<TableField<?, ?>> others) {
        return are(others, 0) && others.size() == size;
    }

    /** Whether these are the columns from a place on. */
    @SuppressWarnings("ReferenceEquality") // is only the fast way
    public boolean are(List<TableField<?, ?>> others, int from) {
        if (others.size() < from + size) {
            return false;
        }
        for (int place = 0; place < size; place++) {
            TableField<?, ?> other = others.get(from + place);
            if (fields[place] != other && !fields[place].equals(other)) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // all are of one table
    int place(TableField<?, ?> field) {
        for (int place = 0; place < size; place++) {
            if (fields[place] == field) {
                return place;
            }
        }
        return -1;
    }

    void put(TableField<?, ?> field, @Nullable V value) {
        int place = place(field);
        if (place < 0) {
            if (size == fields.length) {
                fields = Arrays.copyOf(fields, size * 2);
                values = Arrays.copyOf(values, size * 2);
            }
            place = size++;
            fields[place] = field;
        }
        values[place] = value;
    }

    void remove(TableField<?, ?> field) {
        int place = place(field);
        if (place >= 0) {
            size--;
            System.arraycopy(fields, place + 1, fields, place, size - place);
            System.arraycopy(values, place + 1, values, place, size - place);
        }
    }
}
