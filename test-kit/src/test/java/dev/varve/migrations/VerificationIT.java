package dev.varve.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.migrations.Verification.Finding;
import dev.varve.migrations.Verification.State;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerificationIT {

    private static final SampleDatabase MIGRATED = SampleDatabase.with("sample");

    private final SampleDatabase database = SampleDatabase.with("sample");

    @BeforeAll
    static void migrate() {
        MIGRATED.migrations().up();
    }

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
    void what_a_killed_process_left_behind_goes_with_the_next() throws Exception {
        database.migrations().up();
        // No session has this number: it is beyond what a kernel gives.
        database.execute("CREATE DATABASE varve_scratch_99999999");

        assertThat(database.verification().run()).allMatch(Finding::clean);

        assertThat(database.ask("SELECT count(*) FROM pg_database WHERE datname = 'varve_scratch_99999999'"))
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

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            DROP TABLE orders.purchase CASCADE                                      | Missing    | table orders.purchase
            CREATE TABLE orders.by_hand ()                                          | Unexpected | table orders.by_hand
            ALTER TABLE orders.purchase SET (fillfactor = 70)                       | Different  | table orders.purchase
            ALTER TABLE orders.purchase SET UNLOGGED                                | Different  | table orders.purchase
            ALTER TABLE orders.purchase ENABLE ROW LEVEL SECURITY                   | Different  | table orders.purchase
            ALTER TABLE orders.purchase DROP COLUMN note                            | Missing    | column orders.purchase.note
            ALTER TABLE orders.purchase ADD COLUMN by_hand int                      | Unexpected | column orders.purchase.by_hand
            ALTER TABLE orders.purchase ALTER COLUMN note TYPE varchar(9)           | Different  | column orders.purchase.note
            ALTER TABLE orders.purchase ALTER COLUMN note TYPE text COLLATE "C"     | Different  | column orders.purchase.note
            ALTER TABLE orders.purchase ALTER COLUMN note SET NOT NULL              | Different  | column orders.purchase.note
            ALTER TABLE orders.purchase ALTER COLUMN state SET DEFAULT 'paid'       | Different  | column orders.purchase.state
            ALTER TABLE orders.purchase ALTER COLUMN state DROP DEFAULT             | Different  | column orders.purchase.state
            ALTER TABLE orders.purchase DROP CONSTRAINT purchase_total_positive     | Missing    | constraint orders.purchase.purchase_total_positive
            ALTER TABLE orders.purchase ADD CONSTRAINT by_hand CHECK (total < 9)    | Unexpected | constraint orders.purchase.by_hand
            DROP INDEX orders.purchase_by_state                                     | Missing    | index orders.purchase_by_state
            CREATE INDEX by_hand ON orders.purchase (total)                         | Unexpected | index orders.by_hand
            COMMENT ON INDEX orders.purchase_by_state IS 'unused'                   | Different  | comment on index purchase_by_state
            COMMENT ON TABLE orders.purchase IS 'what was bought'                   | Unexpected | comment on table orders.purchase
            DROP FUNCTION orders.open_total()                                       | Missing    | function orders.open_total()
            CREATE FUNCTION orders.by_hand() RETURNS int LANGUAGE sql RETURN 1      | Unexpected | function orders.by_hand()
            ALTER FUNCTION orders.open_total() SET jit = off                        | Different  | function orders.open_total()
            ALTER FUNCTION orders.open_total() SECURITY DEFINER                     | Different  | function orders.open_total()
            ALTER TYPE orders.state ADD VALUE 'refunded'                            | Different  | type orders.state
            CREATE DOMAIN orders.by_hand AS int                                     | Unexpected | type orders.by_hand
            CREATE VIEW orders.by_hand AS SELECT 1 AS one                           | Unexpected | view orders.by_hand
            CREATE SEQUENCE orders.by_hand                                          | Unexpected | sequence orders.by_hand
            CREATE STATISTICS orders.by_hand ON state, total FROM orders.purchase   | Unexpected | statistics orders.by_hand
            CREATE RULE by_hand AS ON DELETE TO orders.purchase DO INSTEAD NOTHING  | Unexpected | rule orders.purchase.by_hand
            ALTER TABLE orders.purchase FORCE ROW LEVEL SECURITY                    | Different  | table orders.purchase
            ALTER TABLE orders.purchase REPLICA IDENTITY FULL                       | Different  | table orders.purchase
            ALTER TABLE orders.purchase ALTER COLUMN note SET STORAGE EXTERNAL      | Different  | column orders.purchase.note
            ALTER TABLE orders.purchase ALTER COLUMN note SET STATISTICS 500        | Different  | column orders.purchase.note
            CREATE POLICY by_hand ON orders.purchase TO CURRENT_USER USING (total > 0)  | Unexpected | policy orders.purchase.by_hand
            CREATE PUBLICATION by_hand FOR TABLE orders.purchase                    | Unexpected | publication by_hand of orders.purchase
            GRANT SELECT ON orders.purchase TO public                               | Unexpected | privilege on table orders.purchase of public
            GRANT UPDATE (note) ON orders.purchase TO public                        | Unexpected | privilege on column orders.purchase.note of public
            REVOKE DELETE ON orders.purchase FROM CURRENT_USER                          | Unexpected | privilege on table orders.purchase of its owner
            REVOKE ALL ON orders.purchase FROM CURRENT_USER                             | Unexpected | privilege on table orders.purchase of its owner
            ALTER DEFAULT PRIVILEGES IN SCHEMA orders GRANT SELECT ON TABLES TO public | Unexpected | default privilege on tables in schema orders by
            GRANT USAGE ON SCHEMA orders TO public                                  | Unexpected | privilege on schema orders of public
            REVOKE EXECUTE ON FUNCTION orders.open_total() FROM public              | Missing    | privilege on function orders.open_total() of public
            """)
    void drift_is_named_object_by_object(String alteration, String kind, String object) throws Exception {
        List<Drift> drift = MIGRATED.driftAfter("orders", alteration);

        assertThat(drift)
                .extracting(one -> one.getClass().getSimpleName() + " " + one.object())
                .anyMatch(one -> one.equals(kind + " " + object)
                        || (object.endsWith(" by") && one.startsWith(kind + " " + object)));
        assertThat(drift)
                .as("nothing that is as it was")
                .allMatch(one -> one.object().contains(object.substring(object.lastIndexOf('.') + 1))
                        || alteration.contains("CASCADE")
                        || one.object().contains("by_hand"));
    }

    @Test
    void a_function_that_is_still_to_be_made_is_none() throws Exception {
        database.migrations().up();
        database.execute("DELETE FROM orders.schema_history WHERE version IS NULL; DROP FUNCTION orders.paid_total()");

        assertThat(orders()).matches(Finding::clean);
        assertThat(database.migrations().upToDate()).isFalse();
    }

    @Test
    void a_function_with_another_body_and_a_trigger_are_drift_too() throws Exception {
        database.migrations().up();
        database.execute("""
                CREATE OR REPLACE FUNCTION orders.open_total() RETURNS numeric LANGUAGE sql STABLE AS 'SELECT 0.0';
                CREATE FUNCTION orders.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                CREATE TRIGGER by_hand BEFORE DELETE ON orders.purchase FOR EACH ROW EXECUTE FUNCTION orders.refuse();
                """);

        assertThat(orders().drift())
                .extracting(Drift::object)
                .containsExactly(
                        "function orders.open_total()",
                        "function orders.refuse()",
                        "privilege on function orders.refuse() of public",
                        "trigger orders.purchase.by_hand");
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

    @Test
    void a_hand_altered_schema_without_a_history_is_not_stamped_and_the_difference_is_named() throws Exception {
        database.migrations().up();
        database.execute("""
                DROP TABLE orders.schema_history;
                DROP INDEX orders.purchase_by_state;
                """);

        Finding finding = database.verification().baseline().getLast();

        assertThat(finding.state()).isEqualTo(State.UNVERSIONED);
        assertThat(finding.version()).as("the nearest").isEqualTo(2);
        assertThat(finding.drift())
                .extracting(Drift::object)
                .containsExactly("comment on index purchase_by_state", "index orders.purchase_by_state");
        assertThat(database.ask("SELECT to_regclass('orders.schema_history')")).isNull();
    }

    @Test
    void an_exact_schema_is_stamped_with_the_newest_version() throws Exception {
        database.migrations().up();
        database.execute("DROP TABLE orders.schema_history");

        Finding finding = database.verification().baseline().getLast();

        assertThat(finding.version()).isEqualTo(2);
        assertThat(finding.drift()).isEmpty();
        assertThat(orders()).matches(Finding::clean);
    }

    private Finding orders() {
        return database.verification().run().getLast();
    }
}
