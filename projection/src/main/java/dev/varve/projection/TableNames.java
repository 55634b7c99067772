package dev.varve.projection;

import org.jooq.Schema;
import org.jooq.Table;

/** Which table of the database stands for one of a read model. */
public interface TableNames {

    /** The tables that queries read. */
    TableNames LIVING = table -> qualified(table, table.getName());

    /** The longest name that PostgreSQL takes. */
    int NAME_LIMIT = 63;

    /** Quoted, and with its schema if it has one. */
    String of(Table<?> table);

    /** The tables whose names are the living ones' with a suffix, as projection.beside_name makes them. */
    static TableNames beside(String suffix) {
        return table -> {
            String name = table.getName();
            return qualified(table, name.substring(0, Math.min(name.length(), NAME_LIMIT - suffix.length())) + suffix);
        };
    }

    private static String qualified(Table<?> table, String name) {
        Schema schema = table.getSchema();
        return schema == null ? quoted(name) : quoted(schema.getName()) + '.' + quoted(name);
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
