package dev.varve.command.ingestion;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command says a row of a read model must hold once it has been carried out; columns it is silent about are left
 * out.
 *
 * @param table the read model's table with its schema, for example {@code transit.station}
 * @param key the value of its only key column
 * @param columns by name; {@code details.direction} is a member of the JSON object in {@code details}. Values are texts,
 *     numbers, booleans, instants, enums, lists, and maps for JSON objects, in which null and absent are the same
 * @param at what was said later wins; of two said at the same time the one that came later
 */
public record StatedRow(String table, String key, Map<String, @Nullable Object> columns, Instant at) {

    /** Keeps the map that it is given, because there is one for each of a million rows. */
    public StatedRow {
        columns = Collections.unmodifiableMap(columns);
    }
}
