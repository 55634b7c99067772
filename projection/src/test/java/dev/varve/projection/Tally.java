package dev.varve.projection;

import org.jooq.Record;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableImpl;

/** A read model as the generator would write it, and the statement that makes it. */
final class Tally extends TableImpl<Record> {

    private static final long serialVersionUID = 1L;

    static final Tally TALLY = new Tally();

    static final String CREATE = """
            CREATE TABLE tally (id text PRIMARY KEY, label text NOT NULL DEFAULT '-', count bigint NOT NULL DEFAULT 0,
                                tags text[], document jsonb, position bigint NOT NULL)""";

    final TableField<Record, String> id = createField(DSL.name("id"), SQLDataType.CLOB.notNull());
    final TableField<Record, String> label = createField(DSL.name("label"), SQLDataType.CLOB.notNull());
    final TableField<Record, Long> count = createField(DSL.name("count"), SQLDataType.BIGINT.notNull());
    final TableField<Record, String[]> tags = createField(DSL.name("tags"), SQLDataType.CLOB.array());
    final TableField<Record, org.jooq.JSONB> document = createField(DSL.name("document"), SQLDataType.JSONB);
    final TableField<Record, Long> position = createField(DSL.name("position"), SQLDataType.BIGINT.notNull());

    private Tally() {
        super(DSL.name("tally"));
    }

    Key row(String value) {
        return Key.of(id, value);
    }
}
