package dev.varve.projection.rebuild;

import dev.varve.projection.Batch;
import dev.varve.projection.Key;
import dev.varve.projection.RowChange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Table;

/**
 * The changes of a stretch of the log, folded in memory. Rows that cannot be in the database yet become whole rows; of
 * others only what is to be changed is kept, and is written as the live processor would.
 */
final class Fold {

    /** A change that waits is a few small objects. */
    private static final int LATE_BYTES = 700;

    private final SeenKeys seen;
    private final Set<Table<?>> histories;
    private OncePerKey<Table<?>, Boolean> history;
    private final Map<Table<?>, FoldedTable> tables = new LinkedHashMap<>();
    private final OncePerKey<Table<?>, FoldedTable> recent =
            new OncePerKey<>(table -> tables.computeIfAbsent(table, FoldedTable::new));
    private final Map<Key, List<RowChange>> late = new LinkedHashMap<>();
    private long lateBytes;

    /**
     * @param seen the rows of earlier folds
     * @param histories the tables to which rows were appended; these go past a fold
     */
    private Fold(SeenKeys seen, Set<Table<?>> histories) {
        this.seen = seen;
        this.histories = histories;
        this.history = new OncePerKey<>(histories::contains);
    }

    static Fold first(SeenKeys seen) {
        return new Fold(seen, new HashSet<>());
    }

    /** The fold after this one; the rows of this one count as written from now on. */
    Fold next() {
        tables.forEach((table, rows) -> rows.forEachKey(key -> seen.add(table.getName(), key)));
        return new Fold(seen, histories);
    }

    /** Rows are appended to this table; whatever else happens to it is left to the database. */
    void history(Table<?> table) {
        histories.add(table);
        history = new OncePerKey<>(histories::contains);
    }

    /** Takes the changes in log order, all but appended rows. */
    void apply(RowChange change) {
        Table<?> table = change.key().table();
        if (isLate(change, table)) {
            lateBytes += LATE_BYTES;
            Batch.fold(late.computeIfAbsent(change.key(), key -> new ArrayList<>(1)), change);
        } else {
            recent.of(table).apply(change);
        }
    }

    private boolean isLate(RowChange change, Table<?> table) {
        return history.of(table)
                || (!seen.isEmpty()
                        && seen.mayContain(
                                table.getName(), FoldedTable.text(change.key().values())));
    }

    /** About how much memory it takes. */
    long bytes() {
        return lateBytes
                + tables.values().stream().mapToLong(FoldedTable::bytes).sum();
    }

    Map<Table<?>, FoldedTable> tables() {
        return tables;
    }

    Map<Key, List<RowChange>> late() {
        return late;
    }
}
