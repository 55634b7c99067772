package dev.varve.projection;

import dev.varve.projection.RowChange.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Table;

/** The changes of many events, in log order, and how those of one row become one. */
public final class Batch {

    private final List<RowChange> changes = new ArrayList<>();

    /** Where the event at this position puts its changes. */
    public Changes at(long position) {
        return new Changes() {
            @Override
            public RowChange upsert(Key key) {
                return gather(new RowChange(Kind.UPSERT, key, position));
            }

            @Override
            public RowChange patch(Key key) {
                return gather(new RowChange(Kind.PATCH, key, position));
            }

            @Override
            public void delete(Key key) {
                gather(new RowChange(Kind.DELETE, key, position));
            }

            @Override
            public RowChange append(Key key) {
                return gather(new RowChange(Kind.APPEND, key, position));
            }
        };
    }

    private RowChange gather(RowChange change) {
        changes.add(change);
        return change;
    }

    /** Takes in a change that was made elsewhere, folded already or not. */
    public void add(RowChange change) {
        changes.add(change);
    }

    int size() {
        return changes.size();
    }

    /** Forgets the changes that came after there were so many. */
    void backTo(int size) {
        changes.subList(size, changes.size()).clear();
    }

    public List<RowChange> changes() {
        return List.copyOf(changes);
    }

    long events() {
        return changes.stream().mapToLong(RowChange::position).distinct().count();
    }

    /** The rows of which a column is counted, by table: of these it matters exactly which events were applied before. */
    Map<Table<?>, List<Key>> countedRows() {
        Map<Table<?>, Map<Key, Boolean>> rows = new LinkedHashMap<>();
        for (RowChange change : changes) {
            if (!change.adds().isEmpty()) {
                rows.computeIfAbsent(change.key().table(), table -> new LinkedHashMap<>())
                        .put(change.key(), true);
            }
        }
        Map<Table<?>, List<Key>> keys = new LinkedHashMap<>();
        rows.forEach((table, ofTable) -> keys.put(table, List.copyOf(ofTable.keySet())));
        return keys;
    }

    /**
     * The changes folded row by row, in rounds: a row has at most one change in each round, and the rounds are written
     * one after another. Almost always there is one.
     *
     * @param applied how far the rows are for which this matters; their changes up to there are left out
     */
    List<List<RowChange>> rounds(Map<Key, Long> applied) {
        Map<Key, List<RowChange>> rows = new LinkedHashMap<>();
        List<RowChange> appended = new ArrayList<>();
        for (RowChange change : changes) {
            if (change.kind() == Kind.APPEND) {
                appended.add(change);
            } else if (change.position() > applied.getOrDefault(change.key(), Long.MIN_VALUE)) {
                fold(rows.computeIfAbsent(change.key(), key -> new ArrayList<>(1)), change);
            }
        }
        List<List<RowChange>> rounds = new ArrayList<>();
        if (!appended.isEmpty()) {
            rounds.add(appended);
        }
        for (List<RowChange> row : rows.values()) {
            for (int round = 0; round < row.size(); round++) {
                if (rounds.size() <= round) {
                    rounds.add(new ArrayList<>());
                }
                rounds.get(round).add(row.get(round));
            }
        }
        return rounds;
    }

    /** Takes a later change of a row into what is to be done to it: one change, or several that need a round each. */
    public static void fold(List<RowChange> row, RowChange later) {
        if (row.isEmpty() || later.kind() == Kind.DELETE) {
            row.clear();
            row.add(later);
            return;
        }
        RowChange earlier = row.getLast();
        switch (earlier.kind()) {
            case UPSERT -> row.set(row.size() - 1, earlier.foldedWith(later));
            case PATCH -> {
                // Whether the row was there to be patched is known only once this is written, except within one event.
                if (later.kind() == Kind.PATCH || later.position() == earlier.position()) {
                    row.set(row.size() - 1, earlier.foldedWith(later));
                } else {
                    row.add(later);
                }
            }
            case DELETE -> {
                if (later.kind() == Kind.UPSERT) {
                    row.add(later);
                }
            }
            case APPEND -> throw new IllegalStateException("an appended row is not folded: " + earlier.key());
        }
    }

    /** Changes that one statement can write: the same kind, table and columns. */
    static List<OfShape> byShape(List<RowChange> round) {
        List<OfShape> shapes = new ArrayList<>();
        for (RowChange change : round) {
            shapeOf(change, shapes).changes().add(change);
        }
        return shapes;
    }

    /** There are few, so trying them is cheaper than hashing all columns. */
    private static OfShape shapeOf(RowChange change, List<OfShape> shapes) {
        for (OfShape known : shapes) {
            if (known.shape().fits(change)) {
                return known;
            }
        }
        OfShape made = new OfShape(Shape.of(change), new ArrayList<>());
        shapes.add(made);
        return made;
    }

    /** What one statement writes. */
    record OfShape(Shape shape, List<RowChange> changes) {}
}
