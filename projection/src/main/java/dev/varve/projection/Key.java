package dev.varve.projection;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jooq.Table;
import org.jooq.TableField;

/** Names one row of a read model by the columns of its primary key. */
public record Key(List<TableField<?, ?>> fields, List<Object> values) {

    public Key {
        fields = List.copyOf(fields);
        values = List.copyOf(values);
    }

    /** Of the values alone: the hash of a column is made of its names, and two tables seldom share a map. */
    @Override
    public int hashCode() {
        return values.hashCode();
    }

    public static <T> Key of(TableField<?, T> field, T value) {
        return new Key(List.of(field), List.of(value));
    }

    /** The key with one more column of the same table. */
    public <T> Key and(TableField<?, T> field, T value) {
        if (!Objects.equals(field.getTable(), table())) {
            throw new IllegalArgumentException("%s is not a column of %s".formatted(field, table()));
        }
        List<TableField<?, ?>> moreFields = new ArrayList<>(fields);
        moreFields.add(field);
        List<Object> moreValues = new ArrayList<>(values);
        moreValues.add(value);
        return new Key(moreFields, moreValues);
    }

    public Table<?> table() {
        return Objects.requireNonNull(fields.getFirst().getTable(), "a generated field knows its table");
    }
}
