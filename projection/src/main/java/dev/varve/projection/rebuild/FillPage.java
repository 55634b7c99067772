package dev.varve.projection.rebuild;

import dev.varve.projection.Key;
import dev.varve.projection.Literals;
import dev.varve.projection.RowChange;
import dev.varve.projection.RowChange.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.TableField;

/**
 * A page made ready for empty tables: rows of histories, which nothing changes later, are text for COPY already; the
 * changes of other rows wait to be folded in log order.
 *
 * @param events how many events of the page any projection wanted
 */
record FillPage(Map<CopyTarget, CopyText> appended, List<RowChange> changes, int events) {

    static FillPage of(RebuildPage page) {
        Map<CopyTarget, CopyText> appended = new LinkedHashMap<>();
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

    private static void append(RowChange change, Map<CopyTarget, CopyText> appended) {
        List<TableField<?, ?>> columns = new ArrayList<>(change.key().fields());
        columns.addAll(change.sets().keySet());
        columns.addAll(change.adds().keySet());
        CopyText text = appended.computeIfAbsent(new CopyTarget(change.key().table(), columns), made -> new CopyText());
        change.key().values().forEach(value -> text.field(Literals.of(value)));
        change.sets().values().forEach(value -> text.field(Literals.of(value)));
        change.adds().values().forEach(value -> text.field(Literals.of(value)));
        text.field(Long.toString(change.position()));
        text.endRow();
    }
}
