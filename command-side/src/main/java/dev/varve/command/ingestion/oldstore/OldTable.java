package dev.varve.command.ingestion.oldstore;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A table as it was found.
 *
 * @param columns in the table's order
 * @param rows how many there were when the import began
 */
public record OldTable(String name, List<String> columns, long rows) {

    public OldTable {
        columns = List.copyOf(columns);
    }

    /** What the importer can read and the table does not have. */
    public Set<String> missing(Set<String> known) {
        Set<String> missing = new TreeSet<>(known);
        columns.forEach(missing::remove);
        return missing;
    }

    /** What the table has and the importer knows nothing of. */
    public Set<String> unknown(Set<String> known) {
        Set<String> unknown = new TreeSet<>(columns);
        unknown.removeAll(known);
        return unknown;
    }
}
