package dev.varve.projection;

import dev.varve.projection.RowChange.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;

/**
 * The statement that writes all changes of one kind to one set of columns of one table: every column is an array of
 * texts, one element for each row, cast to the column's type on the server.
 *
 * <p>Rows that have seen the change's position already keep what they have.
 */
record Shape(
        Kind kind,
        Table<?> table,
        List<TableField<?, ?>> key,
        List<TableField<?, ?>> sets,
        List<TableField<?, ?>> adds) {

    static final String POSITION = "position";

    private static final DSLContext POSTGRES = DSL.using(SQLDialect.POSTGRES);

    static Shape of(RowChange change) {
        return new Shape(
                change.kind(),
                change.key().table(),
                change.key().fields(),
                change.sets().fields(),
                change.adds().fields());
    }

    /** Whether this statement writes the change, too. */
    boolean fits(RowChange change) {
        return kind == change.kind()
                && change.sets().are(sets)
                && change.adds().are(adds)
                && key.equals(change.key().fields())
                && table.equals(change.key().table());
    }

    /** The columns in the order of the statement's parameters; the position is the last parameter and not among them. */
    List<TableField<?, ?>> columns() {
        List<TableField<?, ?>> columns = new ArrayList<>(key);
        columns.addAll(sets);
        columns.addAll(adds);
        return columns;
    }

    String sql(TableNames names) {
        String target = names.of(table);
        return switch (kind) {
            case UPSERT -> upsert(target);
            case PATCH -> patch(target);
            case DELETE -> delete(target);
            case APPEND -> append(target);
        };
    }

    private String upsert(String target) {
        return insert(target)
                + """
                 ON CONFLICT (%s) DO UPDATE SET %s WHERE t.position < EXCLUDED.position""".formatted(
                                each(key, Shape::name),
                                joined(
                                        each(sets, field -> "%1$s = EXCLUDED.%1$s".formatted(name(field))),
                                        each(adds, field -> "%1$s = t.%1$s + EXCLUDED.%1$s".formatted(name(field))),
                                        "position = EXCLUDED.position"));
    }

    private String append(String target) {
        return insert(target) + " ON CONFLICT (%s, position) DO NOTHING".formatted(each(key, Shape::name));
    }

    private String insert(String target) {
        return """
                INSERT INTO %s AS t (%s, position) SELECT %s, u.position::bigint FROM %s""".formatted(target, each(columns(), Shape::name), each(columns(), Shape::given), given());
    }

    private String patch(String target) {
        return """
                UPDATE %s AS t SET %s FROM %s WHERE %s AND t.position < u.position::bigint""".formatted(
                        target,
                        joined(
                                each(sets, field -> "%s = %s".formatted(name(field), given(field))),
                                each(adds, field -> "%1$s = t.%1$s + %2$s".formatted(name(field), given(field))),
                                "position = u.position::bigint"),
                        given(),
                        sameKey());
    }

    private String delete(String target) {
        return """
                DELETE FROM %s AS t USING %s WHERE %s AND t.position < u.position::bigint""".formatted(target, given(), sameKey());
    }

    /** Reads how far rows are and keeps them from others until the transaction ends. */
    static String lockPositions(List<TableField<?, ?>> key, Table<?> table, TableNames names) {
        Shape shape = new Shape(Kind.PATCH, table, key, List.of(), List.of());
        return """
                SELECT u.position::bigint, t.position FROM %s JOIN %s AS t ON %s ORDER BY %s FOR UPDATE OF t""".formatted(shape.given(), names.of(table), shape.sameKey(), each(key, field -> "t." + name(field)));
    }

    private String given() {
        List<TableField<?, ?>> columns = columns();
        return "unnest(%s, ?::text[]) AS u (%s, position)"
                .formatted(each(columns, field -> "?::text[]"), each(columns, Shape::name));
    }

    private String sameKey() {
        return key.stream()
                .map(field -> "t.%s = %s".formatted(name(field), given(field)))
                .collect(Collectors.joining(" AND "));
    }

    private static String given(Field<?> field) {
        String type = field.getDataType().getCastTypeName(POSTGRES.configuration());
        return "u.%s::%s".formatted(name(field), type);
    }

    private static String name(Field<?> field) {
        return TableNames.quoted(field.getName());
    }

    private static String each(List<TableField<?, ?>> fields, Function<TableField<?, ?>, String> text) {
        return fields.stream().map(text).collect(Collectors.joining(", "));
    }

    private static String joined(String... parts) {
        return List.of(parts).stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
    }
}
