package dev.varve.projection;

import static dev.varve.projection.Tally.TALLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jooq.JSONB;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RowWriterIT {

    private final RowWriter writer = new RowWriter();
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = TestDatabase.empty().dataSource().getConnection();
        execute(Tally.CREATE);
        connection.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Nested
    class Folding {

        @Test
        void the_changes_of_one_row_become_its_last_state() throws SQLException {
            Batch batch = new Batch();
            batch.at(1).upsert(TALLY.row("a")).set(TALLY.label, "first").add(TALLY.count, 2);
            batch.at(2).patch(TALLY.row("a")).set(TALLY.label, "second");
            batch.at(3).patch(TALLY.row("a")).add(TALLY.count, 5);
            batch.at(4).upsert(TALLY.row("b")).set(TALLY.label, "other");

            writer.write(batch, connection);

            assertThat(rows()).containsExactly("a second 7 @3", "b other 0 @4");
        }

        @Test
        void a_patch_of_no_row_does_nothing_even_before_the_row_is_made() throws SQLException {
            Batch batch = new Batch();
            batch.at(1)
                    .patch(TALLY.row("a"))
                    .set(TALLY.label, "nobody sees this")
                    .add(TALLY.count, 9);
            batch.at(2).upsert(TALLY.row("a")).add(TALLY.count, 1);

            writer.write(batch, connection);

            assertThat(rows()).containsExactly("a - 1 @2");
        }

        @Test
        void a_row_deleted_and_made_again_has_nothing_of_the_old_one() throws SQLException {
            Batch before = new Batch();
            before.at(1).upsert(TALLY.row("a")).set(TALLY.label, "old").add(TALLY.count, 3);
            writer.write(before, connection);

            Batch batch = new Batch();
            batch.at(2).patch(TALLY.row("a")).set(TALLY.label, "older");
            batch.at(3).delete(TALLY.row("a"));
            batch.at(3).upsert(TALLY.row("a")).add(TALLY.count, 1);
            writer.write(batch, connection);

            assertThat(rows()).containsExactly("a - 1 @3");
        }

        @Test
        void every_value_survives_its_way_through_text() throws SQLException {
            String awkward = "quote \" back\\slash {brace}, comma 'single' \n line NULL ümläut";
            Batch batch = new Batch();
            batch.at(1)
                    .upsert(TALLY.row(awkward))
                    .set(TALLY.label, "NULL")
                    .set(TALLY.tags, new String[] {awkward, "NULL", ""})
                    .set(TALLY.document, JSONB.valueOf("{\"a\": \"\\\"\\\\ü\"}"));
            batch.at(2)
                    .upsert(TALLY.row("none"))
                    .set(TALLY.label, "")
                    .set(TALLY.tags, null)
                    .set(TALLY.document, null);

            writer.write(batch, connection);

            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT id, tags, document ->> 'a', label FROM tally WHERE tags IS NOT NULL")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo(awkward);
                assertThat((Object[]) row.getArray(2).getArray()).containsExactly(awkward, "NULL", "");
                assertThat(row.getString(3)).isEqualTo("\"\\ü");
                assertThat(row.getString(4)).isEqualTo("NULL");
                assertThat(row.next()).isFalse();
            }
        }
    }

    @Nested
    class A_range_applied_again {

        @Test
        void counts_once_however_the_ranges_overlap() throws SQLException {
            writer.write(events(1, 10), connection);
            writer.write(events(1, 10), connection);
            writer.write(events(5, 15), connection);
            writer.write(events(3, 8), connection);
            writer.write(events(1, 15), connection);

            assertThat(rows()).containsExactly("even event-14 7 @14", "odd event-15 8 @15");
        }

        private Batch events(int from, int to) {
            Batch batch = new Batch();
            for (int position = from; position <= to; position++) {
                batch.at(position)
                        .upsert(TALLY.row(position % 2 == 0 ? "even" : "odd"))
                        .set(TALLY.label, "event-" + position)
                        .add(TALLY.count, 1);
            }
            return batch;
        }

        @Test
        void never_takes_a_row_back_to_an_older_state() throws SQLException {
            Batch now = new Batch();
            now.at(9).upsert(TALLY.row("a")).set(TALLY.label, "now");
            writer.write(now, connection);

            Batch old = new Batch();
            old.at(3).upsert(TALLY.row("a")).set(TALLY.label, "then");
            old.at(4).patch(TALLY.row("a")).set(TALLY.label, "and then");
            writer.write(old, connection);
            Batch gone = new Batch();
            gone.at(5).delete(TALLY.row("a"));
            writer.write(gone, connection);

            assertThat(rows()).containsExactly("a now 0 @9");
        }
    }

    @Test
    void a_history_takes_each_position_once() throws SQLException {
        execute("CREATE TABLE history (id text, position bigint, label text, PRIMARY KEY (id, position))");
        for (int time = 0; time < 2; time++) {
            Batch batch = new Batch();
            batch.at(1).append(History.of("a")).set(History.HISTORY.label, "one");
            batch.at(2).append(History.of("a")).set(History.HISTORY.label, "two");
            writer.write(batch, connection);
        }

        assertThat(column("SELECT position || ' ' || label FROM history ORDER BY position"))
                .containsExactly("1 one", "2 two");
    }

    @Test
    void batches_of_any_size_give_what_one_event_after_another_gives() throws SQLException {
        long seed = 4711;
        Random random = new Random(seed);
        TreeMap<String, long[]> model = new TreeMap<>();
        Batch batch = new Batch();
        for (int position = 1; position <= 2_000; position++) {
            String id = "row-" + random.nextInt(20);
            long[] row = model.get(id);
            switch (random.nextInt(10)) {
                case 0 -> {
                    batch.at(position).delete(TALLY.row(id));
                    model.remove(id);
                }
                case 1, 2, 3 -> {
                    batch.at(position).patch(TALLY.row(id)).add(TALLY.count, position);
                    if (row != null) {
                        row[0] += position;
                    }
                }
                case 4 -> {
                    batch.at(position).patch(TALLY.row(id)).set(TALLY.count, (long) position);
                    if (row != null) {
                        row[0] = position;
                    }
                }
                default -> {
                    batch.at(position).upsert(TALLY.row(id)).add(TALLY.count, 1);
                    model.computeIfAbsent(id, made -> new long[1])[0] += 1;
                }
            }
            if (random.nextInt(40) == 0) {
                writer.write(batch, connection);
                batch = new Batch();
            }
        }
        writer.write(batch, connection);

        assertThat(column("SELECT id || ' ' || count FROM tally ORDER BY id COLLATE \"C\""))
                .as("seed %d", seed)
                .isEqualTo(model.entrySet().stream()
                        .map(row -> row.getKey() + " " + row.getValue()[0])
                        .toList());
    }

    private List<String> rows() throws SQLException {
        return column("SELECT id || ' ' || label || ' ' || count || ' @' || position FROM tally ORDER BY id");
    }

    private List<String> column(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
