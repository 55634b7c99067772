package dev.varve.command.ingestion;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Counts what an import would do: rows that the read models hold already, taken all together, would change nothing. Used
 * by one thread.
 */
final class DryRun {

    private final RowStatements statements;
    private final Stated stated;
    private final Tally tally;
    private final List<Counted> rows = new ArrayList<>();

    DryRun(RowStatements statements, Stated stated, Tally tally) {
        this.statements = statements;
        this.stated = stated;
        this.tally = tally;
    }

    void add(IngestionRow row) {
        List<StatedRow> said = statements.of(row);
        said.forEach(stated::add);
        rows.add(new Counted(
                row.kind(),
                said.stream().map(one -> new Place(one.table(), one.key())).toList()));
    }

    /** Fills the tally, and answers the checksums of what is there so far. */
    List<Checksum> compareWith(ReadModel readModel) {
        Set<Place> differing = new HashSet<>();
        List<Checksum> checksums = stated.compareWith(readModel, (table, key) -> differing.add(new Place(table, key)));
        for (Counted row : rows) {
            if (row.places.isEmpty() || row.places.stream().anyMatch(differing::contains)) {
                tally.recorded(row.kind);
            } else {
                tally.unchanged(row.kind);
            }
        }
        return checksums;
    }

    private record Place(String table, String key) {}

    private record Counted(String kind, List<Place> places) {}
}
