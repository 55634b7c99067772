package dev.varve.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.migrations.Verification.Finding;
import dev.varve.migrations.Verification.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerificationIT {

    private final SampleDatabase database = SampleDatabase.with("sample");

    @Test
    void an_empty_database_is_clean() {
        assertThat(database.verification().run()).extracting(Finding::state).containsOnly(State.ABSENT);
    }

    @Test
    void a_migrated_database_is_clean_and_the_scratch_database_is_gone() throws Exception {
        database.migrations().up();

        assertThat(database.verification().run()).allMatch(Finding::clean);
        assertThat(database.ask("SELECT count(*) FROM pg_database WHERE datname LIKE 'varve_scratch%'"))
                .isEqualTo("0");
    }

    @Test
    void an_older_version_is_compared_with_its_own_version() {
        database.migrations().to("orders", 1, RowLoss.REFUSED);

        assertThat(orders())
                .matches(Finding::clean)
                .extracting(Finding::version)
                .isEqualTo(1);
    }

    @Test
    void drift_is_named_object_by_object() throws Exception {
        database.migrations().up();
        database.execute("""
                DROP INDEX orders.purchase_by_state;
                ALTER TABLE orders.purchase ALTER COLUMN total DROP NOT NULL;
                ALTER TABLE orders.purchase DROP CONSTRAINT purchase_total_positive;
                ALTER TABLE orders.purchase ALTER COLUMN state SET DEFAULT 'paid';
                CREATE TABLE orders.by_hand (id int);
                GRANT SELECT ON orders.purchase TO public;
                COMMENT ON TABLE orders.purchase IS 'what was bought';
                CREATE OR REPLACE FUNCTION orders.open_total() RETURNS numeric LANGUAGE sql AS 'SELECT 0.0';
                """);

        assertThat(orders().drift())
                .extracting(Drift::object)
                .contains(
                        "index orders.purchase_by_state",
                        "column orders.purchase.total",
                        "constraint orders.purchase.purchase_total_positive",
                        "column orders.purchase.state",
                        "table orders.by_hand",
                        "privilege on table orders.purchase of public",
                        "comment on table orders.purchase",
                        "function orders.open_total()");
    }

    @Test
    void an_unversioned_schema_is_recognised_by_what_it_is_and_stamped() throws Exception {
        database.migrations().up();
        database.migrations().to("orders", 1, RowLoss.REFUSED);
        var before = database.catalog("orders");
        database.execute("DROP TABLE orders.schema_history");

        database.verification().baseline();

        assertThat(database.catalog("orders")).isEqualTo(before);
        assertThat(database.migrations().status().getLast().current()).isEqualTo(1);
        database.migrations().up();
        assertThat(database.migrations().upToDate()).isTrue();
        assertThat(orders()).matches(Finding::clean);
    }

    @Test
    void a_foreign_schema_is_not_stamped_and_its_differences_are_listed() throws Exception {
        database.execute("CREATE SCHEMA orders; CREATE TABLE orders.purchase (id int)");

        List<Finding> findings = database.verification().baseline();

        assertThat(findings.getLast().state()).isEqualTo(State.UNVERSIONED);
        assertThat(findings.getLast().drift())
                .extracting(Drift::object)
                .contains("column orders.purchase.id", "type orders.state");
        assertThat(database.ask("SELECT to_regclass('orders.schema_history')")).isNull();
    }

    private Finding orders() {
        return database.verification().run().getLast();
    }
}
