package dev.varve.projection.rebuild;

import dev.varve.projection.Key;
import dev.varve.projection.Literals;
import dev.varve.projection.RowChange;
import dev.varve.projection.RowChange.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jooq.TableField;

/**
 * A page made ready for empty tables: rows of histories, which nothing changes later, are text for COPY already; the
 * changes of other rows wait to be folded in log order.
 *
 * @param events how many events of the page any projection wanted
 */
record FillPage(List<Appended> appended, List<RowChange> changes, int events) {

    static FillPage of(RebuildPage page) {
        List<Appended> appended = new ArrayList<>();
        List<RowChange> changes = new ArrayList<>();
        Set<Key> ofEvent = new HashSet<>();
        long position = Long.MIN_VALUE;
        for (RowChange change : page.batch().changes()) {
            if (change.kind() != Kind.APPEND) {
                changes.add(change);
                continue;
            }
            if (change.position() != position) {
                position = change.position();
                ofEvent.clear();
            }
            // The same row twice by one event counts once, as live.
            if (ofEvent.add(change.key())) {
                append(change, appended);
            }
        }
        return new FillPage(appended, changes, page.events());
    }

    private static void append(RowChange change, List<Appended> appended) {
        CopyText text = textFor(change, appended);
        change.key().values().forEach(value -> text.field(Literals.of(value)));
        change.sets().values().forEach(value -> text.field(Literals.of(value)));
        change.adds().values().forEach(value -> text.field(Literals.of(value)));
        text.field(Long.toString(change.position()));
        text.endRow();
    }

    /** There are one or two shapes of rows in a page, so trying them is cheaper than hashing all columns. */
    private static CopyText textFor(RowChange change, List<Appended> appended) {
        for (Appended known : appended) {
            if (known.fits(change)) {
                return known.text();
            }
        }
        List<TableField<?, ?>> columns = new ArrayList<>(change.key().fields());
        columns.addAll(change.sets().keySet());
        columns.addAll(change.adds().keySet());
        Appended made = new Appended(new CopyTarget(change.key().table(), columns), new CopyText());
        appended.add(made);
        return made.text();
    }

    /** Rows of one shape. */
    record Appended(CopyTarget target, CopyText text) {

        private boolean fits(RowChange change) {
            Iterator<TableField<?, ?>> columns = target.columns().iterator();
            return same(change.key().fields(), columns)
                    && same(change.sets().keySet(), columns)
                    && same(change.adds().keySet(), columns)
                    && !columns.hasNext();
        }

        // Columns that are equal and not the same only make another piece of text.
        @SuppressWarnings("ReferenceEquality")
        private static boolean same(Collection<TableField<?, ?>> fields, Iterator<TableField<?, ?>> columns) {
            for (TableField<?, ?> field : fields) {
                if (!columns.hasNext() || columns.next() != field) {
                    return false;
                }
            }
            return true;
        }
    }
}
