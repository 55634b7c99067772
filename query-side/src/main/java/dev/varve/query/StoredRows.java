package dev.varve.query;

import dev.varve.projection.Projection;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.Schema;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The rows of any read model by key, as plain values, for those who compare them with what they expect. */
@Component
public final class StoredRows {

    private static final JsonMapper JSON_VALUES = JsonMapper.shared();

    private final DSLContext readModels;
    private final ObjectProvider<Projection<?>> projections;

    StoredRows(DSLContext readModels, ObjectProvider<Projection<?>> projections) {
        this.readModels = readModels;
        this.projections = projections;
    }

    /**
     * Rows by key; those that are not there are left out. JSON comes as maps and lists, arrays as lists, points in time
     * as instants.
     *
     * @param table with its schema, as a projection names it, with a single key column
     */
    public Map<String, Map<String, @Nullable Object>> of(
            String table, Collection<String> columns, Collection<String> keys) {
        Table<?> stored = table(table);
        Field<?> key = key(stored);
        List<Field<?>> fields = columns.stream()
                .<Field<?>>map(column ->
                        Objects.requireNonNull(stored.field(column), () -> table + " has no column " + column))
                .toList();
        Map<String, Map<String, @Nullable Object>> rows = new HashMap<>();
        readModels
                .select(key)
                .select(fields)
                .from(stored)
                .where(isOneOf(key, keys))
                .forEach(row -> rows.put(String.valueOf(row.get(key)), values(row, fields)));
        return rows;
    }

    /** Whether a projection has this table. */
    public boolean has(String table) {
        return find(table).isPresent();
    }

    private Table<?> table(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("no projection has the table " + name));
    }

    private Optional<Table<?>> find(String name) {
        return projections.stream()
                .<Table<?>>flatMap(projection -> projection.tables().stream())
                .filter(table -> name.equals(nameOf(table)))
                .findFirst();
    }

    private static String nameOf(Table<?> table) {
        Schema schema = table.getSchema();
        return schema == null ? table.getName() : schema.getName() + "." + table.getName();
    }

    private static <T> Condition isOneOf(Field<T> key, Collection<String> texts) {
        return key.in(
                texts.stream().map(text -> DSL.val(text, key.getDataType())).toList());
    }

    private static Field<?> key(Table<?> table) {
        List<? extends Field<?>> columns = Objects.requireNonNull(
                        table.getPrimaryKey(), () -> table + " has no primary key")
                .getFields();
        if (columns.size() != 1) {
            throw new IllegalArgumentException(table + " has a key of " + columns.size() + " columns");
        }
        return columns.getFirst();
    }

    private static Map<String, @Nullable Object> values(Record row, List<Field<?>> fields) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        fields.forEach(field -> values.put(field.getName(), plain(row.get(field))));
        return values;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case JSONB json -> JSON_VALUES.readValue(json.data(), Object.class);
            case JSON json -> JSON_VALUES.readValue(json.data(), Object.class);
            case OffsetDateTime time -> time.toInstant();
            case Object[] array -> Arrays.asList(array);
            default -> value;
        };
    }
}
