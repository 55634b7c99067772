package dev.varve.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MigrationsIT {

    private static final String ONE_PURCHASE =
            "INSERT INTO orders.purchase (id, total) VALUES ('00000000-0000-0000-0000-000000000001', 12.50)";

    private final SampleDatabase database = SampleDatabase.with("sample");
    private final Migrations migrations = database.migrations();

    @Nested
    class Up {
        @Test
        void runs_every_schema_with_the_engine_first() {
            assertThat(migrations.up())
                    .extracting(migration -> migration.schema() + ": " + migration.description())
                    .containsExactly("event_store: log", "orders: orders", "orders: note", "orders: paid total");
            assertThat(migrations.upToDate()).isTrue();
        }

        @Test
        void runs_nothing_twice() {
            migrations.up();

            assertThat(migrations.up()).isEmpty();
        }

        @Test
        void runs_once_when_several_nodes_start_at_once() throws Exception {
            List<AppliedMigration> applied = new ArrayList<>();
            try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<List<AppliedMigration>>> starts = new ArrayList<>();
                for (int node = 0; node < 8; node++) {
                    starts.add(() -> database.migrations().up());
                }
                for (Future<List<AppliedMigration>> start : nodes.invokeAll(starts)) {
                    applied.addAll(start.get());
                }
            }
            assertThat(applied).hasSize(4).doesNotHaveDuplicates();
        }

        @Test
        void stops_at_a_version_and_goes_on_from_there() {
            migrations.to("orders", 1, RowLoss.REFUSED);
            assertThat(migrations.status().getLast().current()).isEqualTo(1);

            assertThat(migrations.plannedUp()).extracting(PlannedScript::file).contains("orders/V2__note.sql");
            assertThat(migrations.to("orders", 2, RowLoss.REFUSED))
                    .extracting(AppliedMigration::description)
                    .contains("note");
        }

        @Test
        void fails_at_a_held_lock_instead_of_queueing_before_the_traffic() throws Exception {
            migrations.to("orders", 1, RowLoss.REFUSED);
            var impatient = new Migrations(
                    database.dataSource(),
                    new Timeouts(Duration.ofMillis(50), Duration.ofMinutes(1)),
                    database.files());

            try (Connection busy = database.dataSource().getConnection();
                    Statement statement = busy.createStatement()) {
                busy.setAutoCommit(false);
                statement.execute("LOCK TABLE orders.purchase IN ACCESS SHARE MODE");

                assertThatThrownBy(impatient::up)
                        .isInstanceOf(MigrationFailed.class)
                        .hasMessageContaining("ALTER TABLE purchase ADD COLUMN note")
                        .hasMessageContaining("lock timeout")
                        .hasMessageContaining("pg_stat_activity");
            }
            assertThat(migrations.up()).isNotEmpty();
        }
    }

    @Nested
    class Failure {
        @Test
        void leaves_the_schema_as_it_was_and_says_what_where_why() throws Exception {
            SampleDatabase broken = SampleDatabase.with("broken");

            assertThatThrownBy(() -> broken.migrations().up())
                    .isInstanceOf(MigrationFailed.class)
                    .hasMessageContaining("schema orders, version 1")
                    .hasMessageContaining("line 3")
                    .hasMessageContaining("ALTER TABLE orders.no_such_table")
                    .hasMessageContaining("relation \"orders.no_such_table\" does not exist")
                    .hasMessageContaining("what to do");

            assertThat(broken.catalog("orders")).isEmpty();
        }
    }

    @Nested
    class Down {
        @Test
        void to_zero_leaves_nothing_behind_and_up_again_makes_the_same() throws Exception {
            migrations.up();
            var before = database.catalog("orders");

            migrations.to("orders", 0, RowLoss.REFUSED);
            assertThat(database.catalog("orders")).isEmpty();
            assertThat(database.catalog("event_store")).isNotEmpty();

            migrations.up();
            assertThat(database.catalog("orders")).isEqualTo(before);
        }

        @Test
        void refuses_to_drop_a_table_with_rows_and_counts_them() throws Exception {
            migrations.up();
            database.execute(ONE_PURCHASE);

            assertThatThrownBy(() -> migrations.down("orders", 2, RowLoss.REFUSED))
                    .isInstanceOf(MigrationFailed.class)
                    .hasMessageContaining("orders.purchase: 1 rows");

            assertThat(database.ask("SELECT count(*) FROM orders.purchase")).isEqualTo("1");
            assertThat(migrations.status().getLast().current()).isEqualTo(1);
        }

        @Test
        void refuses_to_drop_a_column_with_values() throws Exception {
            migrations.up();
            database.execute(ONE_PURCHASE);
            database.execute("UPDATE orders.purchase SET note = 'leave at the door'");

            assertThatThrownBy(() -> migrations.down("orders", 1, RowLoss.REFUSED))
                    .hasMessageContaining("orders.purchase, column note: 1 rows");

            assertThat(database.ask("SELECT note FROM orders.purchase")).isEqualTo("leave at the door");
        }

        @Test
        void takes_the_rows_along_when_it_was_allowed() throws Exception {
            migrations.up();
            database.execute(ONE_PURCHASE);

            assertThat(migrations.down("orders", 2, RowLoss.ALLOWED))
                    .extracting(AppliedMigration::version)
                    .containsExactly("2", "1");
            assertThat(database.catalog("orders")).isEmpty();
        }

        @Test
        void refuses_a_file_that_forgets_an_object() throws Exception {
            SampleDatabase careless = SampleDatabase.with("careless");
            careless.migrations().up();

            assertThatThrownBy(() -> careless.migrations().down("orders", 1, RowLoss.REFUSED))
                    .hasMessageContaining("U1__orders.sql leaves behind")
                    .hasMessageContaining("function nothing()");

            assertThat(careless.catalog("orders")).containsKey("table orders.purchase");
        }

        @Test
        void knows_which_versions_there_are() {
            assertThatThrownBy(() -> migrations.to("orders", 7, RowLoss.REFUSED))
                    .hasMessage("schema orders has versions 0 to 2, not 7");
            assertThatThrownBy(() -> migrations.down("ordres", 1, RowLoss.REFUSED))
                    .hasMessageContaining("there are: event_store, orders");
        }
    }
}
