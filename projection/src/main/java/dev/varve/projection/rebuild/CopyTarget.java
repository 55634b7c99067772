package dev.varve.projection.rebuild;

import dev.varve.projection.TableNames;
import java.util.List;
import java.util.stream.Collectors;
import org.jooq.Table;
import org.jooq.TableField;

/** Some columns of a table, in the order in which rows for them are copied; the position is last and not among them. */
record CopyTarget(Table<?> table, List<TableField<?, ?>> columns) {

    CopyTarget {
        columns = List.copyOf(columns);
    }

    String sql(TableNames names) {
        String listed = columns.stream()
                .map(field -> TableNames.quoted(field.getName()) + ", ")
                .collect(Collectors.joining());
        return "COPY " + names.of(table) + " (" + listed + "position) FROM STDIN";
    }
}
