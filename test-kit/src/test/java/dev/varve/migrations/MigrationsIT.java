package dev.varve.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
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
        void runs_those_that_are_wanted() {
            assertThat(migrations.up(Set.of("event_store"))).hasSize(1);
            assertThat(migrations.up(Set.of("event_store"))).isEmpty();
            assertThat(migrations.up()).hasSize(3);
            assertThatThrownBy(() -> migrations.up(Set.of("event_store", "orbers")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("schema 'orbers' has no migrations; there are: event_store, orders");
        }

        /** Else the start of an application asks Flyway each time, and nobody notices. */
        @Test
        void counts_the_checksums_of_all_our_files_as_flyway_does() throws Exception {
            MigrationFiles ours = new MigrationFiles(Migrations.LOCATION);
            try (Connection connection = TestDatabase.migrated().dataSource().getConnection()) {
                for (String schema : ours.schemas()) {
                    assertThat(History.checksums(connection, schema))
                            .isNotEmpty()
                            .isEqualTo(ours.checksums(schema));
                }
            }
        }

        @Test
        void does_not_take_a_history_with_a_failure_for_whole() throws Exception {
            migrations.up();
            database.execute("UPDATE orders.schema_history SET success = false WHERE version = '1'");

            assertThatThrownBy(() -> migrations.up(Set.of("orders"))).isInstanceOf(MigrationFailed.class);
        }

        @Test
        void an_application_with_a_flyway_of_its_own_does_not_find_ours() throws Exception {
            assertThat(Collections.list(Migrations.class.getClassLoader().getResources("db/migration")))
                    .isEmpty();
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
        void refuses_what_a_newer_release_has_migrated() throws Exception {
            migrations.up();
            database.execute("UPDATE orders.schema_history SET version = '3' WHERE version = '2'");

            assertThatThrownBy(migrations::up)
                    .isInstanceOf(MigrationFailed.class)
                    .hasMessage("schema orders is at version 3 and this release knows 2; use the newer release");
            assertThatThrownBy(() -> migrations.downLast(1, RowLoss.REFUSED)).hasMessageContaining("newer release");
            assertThatThrownBy(() -> migrations.to("orders", 0, RowLoss.ALLOWED))
                    .hasMessageContaining("newer release");
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

            try (Connection busy = database.dataSource().getConnection();
                    Statement statement = busy.createStatement()) {
                busy.setAutoCommit(false);
                statement.execute("LOCK TABLE orders.purchase IN ACCESS SHARE MODE");

                assertThatThrownBy(() -> impatient(database).up())
                        .isInstanceOf(MigrationFailed.class)
                        .hasMessageContaining("ALTER TABLE purchase ADD COLUMN note")
                        .hasMessageContaining("lock timeout")
                        .hasMessageContaining("pg_stat_activity");
            }
            assertThat(migrations.up()).isNotEmpty();
        }

        @Test
        void ends_a_statement_that_takes_too_long() {
            SampleDatabase slow = SampleDatabase.with("slow");

            assertThatThrownBy(() -> impatient(slow).up())
                    .isInstanceOf(MigrationFailed.class)
                    .hasMessageContaining("schema orders, version 2")
                    .hasMessageContaining("line 3 of V2__slow.sql")
                    .hasMessageContaining("SELECT pg_sleep(60)")
                    .hasMessageContaining("statement timeout")
                    .hasMessageContaining("--statement-timeout")
                    .hasMessageEndingWith("Run before that: orders V1.");

            assertThat(slow.migrations().status().getLast().current()).isEqualTo(1);
        }

        @Test
        void builds_an_index_beside_the_traffic() throws Exception {
            SampleDatabase concurrent = SampleDatabase.with("concurrent");
            concurrent.migrations().up();

            assertThat(concurrent.catalog("orders")).containsKey("index orders.purchase_id");
            assertThat(concurrent.verification().run()).allMatch(Verification.Finding::clean);
        }
    }

    @Nested
    class Repeatable {
        private static final String ALTERED = """
                CREATE OR REPLACE FUNCTION orders.paid_total() RETURNS numeric LANGUAGE sql STABLE AS 'SELECT 0.0';
                UPDATE orders.schema_history SET checksum = 0 WHERE version IS NULL
                """;

        @Test
        void files_run_again_when_their_text_has_changed() throws Exception {
            migrations.up();
            var before = database.catalog("orders");
            database.execute(ALTERED);

            assertThat(migrations.upToDate()).isFalse();
            assertThat(migrations.up())
                    .extracting(AppliedMigration::description)
                    .containsExactly("paid total");
            assertThat(database.catalog("orders")).isEqualTo(before);
        }

        @Test
        void files_run_again_for_an_application_that_wants_their_schema_alone() throws Exception {
            migrations.up();
            database.execute(ALTERED);

            assertThat(migrations.up(Set.of("orders")))
                    .extracting(AppliedMigration::description)
                    .containsExactly("paid total");
            assertThat(migrations.up(Set.of("orders"))).isEmpty();
        }

        @Test
        void functions_stay_on_the_way_down_and_are_made_again_on_the_way_up() throws Exception {
            migrations.up();

            migrations.down("orders", 1, RowLoss.REFUSED);

            assertThat(database.catalog("orders")).containsKey("function orders.paid_total()");
            assertThat(database.verification().run()).allMatch(Verification.Finding::clean);
            assertThat(migrations.up())
                    .extracting(AppliedMigration::description)
                    .containsExactly("note", "paid total");
        }
    }

    private static Migrations impatient(SampleDatabase database) {
        return new Migrations(
                database.dataSource(), new Timeouts(Duration.ofMillis(50), Duration.ofMillis(300)), database.files());
    }

    @Nested
    class Failure {
        @Test
        void outside_of_a_transaction_says_so_and_can_be_repeated() throws Exception {
            SampleDatabase concurrent = SampleDatabase.with("concurrent");
            concurrent.migrations().to("orders", 1, RowLoss.REFUSED);
            concurrent.execute("INSERT INTO orders.purchase VALUES (7), (7)");

            assertThatThrownBy(() -> concurrent.migrations().up())
                    .isInstanceOf(MigrationFailed.class)
                    .hasMessageContaining("schema orders, version 2, failed outside of a transaction")
                    .hasMessageContaining("could not create unique index")
                    .hasMessageContaining("Key (id)=(7) is duplicated");
            assertThat(concurrent.verification().run().getLast().drift())
                    .extracting(Drift::object)
                    .containsExactly("index orders.purchase_id");

            concurrent.execute("TRUNCATE orders.purchase");
            assertThat(concurrent.migrations().up()).hasSize(1);
            assertThat(concurrent.verification().run()).allMatch(Verification.Finding::clean);
        }

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
                    .hasMessageContaining("orders.purchase: 1 row\n")
                    .hasMessageContaining("Taken back before that: orders V2.");

            assertThat(database.ask("SELECT count(*) FROM orders.purchase")).isEqualTo("1");
            assertThat(migrations.status().getLast().current()).isEqualTo(1);
        }

        @Test
        void refuses_to_drop_a_column_with_values() throws Exception {
            migrations.up();
            database.execute(ONE_PURCHASE);
            database.execute("UPDATE orders.purchase SET note = 'leave at the door'");

            assertThatThrownBy(() -> migrations.down("orders", 1, RowLoss.REFUSED))
                    .hasMessageContaining("orders.purchase, column note: 1 row\n");

            assertThat(database.ask("SELECT note FROM orders.purchase")).isEqualTo("leave at the door");
        }

        @Test
        void fails_at_a_held_lock_instead_of_queueing_before_the_traffic() throws Exception {
            migrations.up();

            try (Connection busy = database.dataSource().getConnection();
                    Statement statement = busy.createStatement()) {
                busy.setAutoCommit(false);
                statement.execute("LOCK TABLE orders.purchase IN ACCESS SHARE MODE");

                assertThatThrownBy(() -> impatient(database).down("orders", 1, RowLoss.REFUSED))
                        .hasMessageContaining("migration down of schema orders, version 2, failed and was rolled back")
                        .hasMessageContaining("where: orders/U2__note.sql")
                        .hasMessageContaining("ALTER TABLE purchase DROP COLUMN note")
                        .hasMessageContaining("lock timeout")
                        .hasMessageContaining("pg_stat_activity");
            }
            assertThat(migrations.upToDate()).isTrue();
        }

        @Test
        void ends_a_statement_that_takes_too_long() {
            SampleDatabase slow = SampleDatabase.with("slow");
            slow.migrations().to("orders", 1, RowLoss.REFUSED);

            assertThatThrownBy(() -> impatient(slow).down("orders", 1, RowLoss.REFUSED))
                    .hasMessageContaining("statement timeout");

            assertThat(slow.migrations().status().getLast().current()).isEqualTo(1);
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
