package dev.varve.command.ingestion;

import java.util.List;

/**
 * What the source says of one read model's rows beside what these rows hold now, over the same rows and columns.
 *
 * @param table the read model's table
 * @param rows how many of its rows the source speaks of
 * @param source digest of what the source says; independent of the order of rows
 * @param readModel digest of what the read model holds; the same when every row is accounted for
 * @param differing how many rows are missing or hold something else
 * @param examples the keys of the first {@value #MOST_EXAMPLES} of these
 */
public record Checksum(
        String table, long rows, String source, String readModel, long differing, List<String> examples) {

    /** How many rows that differ are named. */
    public static final int MOST_EXAMPLES = 10;

    public Checksum {
        examples = List.copyOf(examples);
    }

    public boolean isEqual() {
        return differing == 0 && source.equals(readModel);
    }
}
