package dev.varve.eventstore.adoption;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One table of the old store, as the catalog describes it.
 *
 * @param name qualified and quoted, as SQL wants it
 * @param columns by their name in small letters without underscores, which is the same for JDBC's and JPA's schema
 */
record OldTable(String name, Map<String, Column> columns) {

    /** @param quoted as SQL wants it */
    private record Column(String quoted, String type) {}

    private static final String FIND = """
            SELECT format('%I.%I', n.nspname, c.relname), a.attname, quote_ident(a.attname), format_type(a.atttypid, NULL)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE n.nspname = ? AND c.relkind IN ('r', 'p', 'v', 'm')
              AND (c.relname = ? OR ?::text IS NULL AND replace(lower(c.relname), '_', '') = ?)
            """;

    /**
     * Finds it.
     *
     * @param given what the operator called it; null to look for Axon's names
     * @param axonName in small letters without underscores
     */
    static Optional<OldTable> find(Connection connection, String schema, @Nullable String given, String axonName)
            throws SQLException {
        Map<String, Map<String, Column>> found = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, schema);
            statement.setString(2, given);
            statement.setString(3, given);
            statement.setString(4, axonName);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.computeIfAbsent(rows.getString(1), table -> new TreeMap<>())
                            .put(plain(rows.getString(2)), new Column(rows.getString(3), rows.getString(4)));
                }
            }
        }
        if (found.size() > 1) {
            throw new AdoptionRefused("schema '%s' has several tables that could be %s: %s; say which"
                    .formatted(schema, axonName, String.join(", ", found.keySet())));
        }
        if (found.isEmpty() && given != null) {
            throw new AdoptionRefused("there is no table '%s' in schema '%s'".formatted(given, schema));
        }
        return found.entrySet().stream()
                .map(table -> new OldTable(table.getKey(), table.getValue()))
                .findFirst();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "");
    }

    /** Refuses when a column is missing. */
    void require(List<String> names) {
        List<String> missing =
                names.stream().filter(name -> !columns.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw new AdoptionRefused(
                    "%s is not a table of Axon 4: it has no column %s".formatted(name, String.join(", ", missing)));
        }
    }

    boolean has(String column) {
        return columns.containsKey(column);
    }

    String column(String name) {
        return found(name).quoted;
    }

    /** A column of bytes, whatever it is stored as; Hibernate puts {@code @Lob} into large objects. */
    String bytes(String name) {
        Column column = found(name);
        return switch (column.type) {
            case "bytea" -> column.quoted;
            case "oid" -> "lo_get(" + column.quoted + ")";
            default -> "convert_to(" + column.quoted + "::text, 'UTF8')";
        };
    }

    /** The first byte of such a column, without reading the rest. */
    String firstByte(String name) {
        Column column = found(name);
        return column.type.equals("oid")
                ? "lo_get(" + column.quoted + ", 0, 1)"
                : "substring(" + bytes(name) + " FROM 1 FOR 1)";
    }

    private Column found(String name) {
        Column column = columns.get(name);
        if (column == null) {
            throw new AdoptionRefused("%s has no column %s".formatted(this.name, name));
        }
        return column;
    }

    private static final String UNIQUE = """
            SELECT EXISTS (
                SELECT FROM pg_index i
                WHERE i.indrelid = ?::regclass AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
                  AND (SELECT array_agg(quote_ident(a.attname) ORDER BY quote_ident(a.attname)) FROM pg_attribute a
                       WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)) =
                      (SELECT array_agg(c ORDER BY c) FROM unnest(?) AS c))
            """;

    /** Whether an index already sees to it that these columns together occur once. */
    boolean isUnique(Connection connection, List<String> names) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE)) {
            statement.setString(1, name);
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", names.stream().map(this::column).toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }
}
