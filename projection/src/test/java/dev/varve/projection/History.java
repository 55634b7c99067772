package dev.varve.projection;

import org.jooq.Record;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableImpl;

/** A history as the generator would write it. */
final class History extends TableImpl<Record> {

    private static final long serialVersionUID = 1L;

    static final History HISTORY = new History();

    final TableField<Record, String> id = createField(DSL.name("id"), SQLDataType.CLOB.notNull());
    final TableField<Record, Long> position = createField(DSL.name("position"), SQLDataType.BIGINT.notNull());
    final TableField<Record, String> label = createField(DSL.name("label"), SQLDataType.CLOB);

    private History() {
        super(DSL.name("history"));
    }

    static Key of(String id) {
        return Key.of(HISTORY.id, id);
    }
}
