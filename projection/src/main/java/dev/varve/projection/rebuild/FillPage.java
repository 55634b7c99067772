package dev.varve.projection.rebuild;

import dev.varve.projection.Key;
import dev.varve.projection.Literals;
import dev.varve.projection.RowChange;
import dev.varve.projection.RowChange.Kind;
import java.util.ArrayList;
import java.util.List;
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
        List<Key> ofEvent = new ArrayList<>(2);
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
            // The same row twice by one event counts once, as live. An event adds one row as a rule, seldom more.
            if (!ofEvent.contains(change.key())) {
                ofEvent.add(change.key());
                append(change, appended);
            }
        }
        return new FillPage(appended, changes, page.events());
    }

    private static void append(RowChange change, List<Appended> appended) {
        CopyText text = textFor(change, appended);
        change.key().values().forEach(value -> text.field(Literals.of(value)));
        change.sets().forEach((field, value) -> text.field(Literals.of(value)));
        change.adds().forEach((field, value) -> text.field(Literals.of(value)));
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
        columns.addAll(change.sets().fields());
        columns.addAll(change.adds().fields());
        Appended made = new Appended(new CopyTarget(change.key().table(), columns), new CopyText());
        appended.add(made);
        return made.text();
    }

    /** Rows of one shape. */
    record Appended(CopyTarget target, CopyText text) {

        private boolean fits(RowChange change) {
            List<TableField<?, ?>> columns = target.columns();
            List<TableField<?, ?>> key = change.key().fields();
            int sets = key.size() + change.sets().size();
            return columns.size() == sets + change.adds().size()
                    && columns.subList(0, key.size()).equals(key)
                    && change.sets().are(columns, key.size())
                    && change.adds().are(columns, sets);
        }
    }
}
