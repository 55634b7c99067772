package dev.varve.transit.query;

import static dev.varve.transit.query.Events.NOON;
import static dev.varve.transit.query.Events.departure;
import static dev.varve.transit.query.Events.station;
import static dev.varve.transit.query.generated.Tables.DEPARTURE;
import static dev.varve.transit.query.generated.Tables.STATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.projection.Operator;
import dev.varve.projection.rebuild.Rebuild;
import dev.varve.projection.rebuild.Rebuild.State;
import dev.varve.projection.rebuild.RebuildRefused;
import dev.varve.projection.rebuild.RebuildRequest;
import dev.varve.projection.rebuild.RebuildRunner;
import dev.varve.projection.rebuild.Rebuilds;
import dev.varve.testkit.TestDatabase;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** Read models made anew while the living ones are served. */
class RebuildIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String DEPARTURES = "transit.departures";
    private static final Operator BY = new Operator("test", null);

    private final TestDatabase database = TestDatabase.migrated();

    @Test
    void the_new_tables_hold_the_same_rows_and_go_on_living() {
        try (TransitReadModels models = TransitReadModels.start(database)) {
            DSLContext rows = models.database();
            models.show(Departures.random(1, 2_000));
            List<String> before = Departures.rows(rows);

            Rebuild rebuild = rebuilt(models, RebuildRequest.of(DEPARTURES));

            assertThat(rebuild.error()).isNull();
            assertThat(rebuild.position()).isEqualTo(2_000);
            assertThat(Departures.rows(rows)).isEqualTo(before);
            assertThat(indexes(rows)).containsExactlyElementsOf(indexesAsMigrated());

            models.show(departure("later", "s", NOON));
            assertThat(rows.fetchCount(DEPARTURE, DEPARTURE.DEPARTURE_ID.eq("later")))
                    .isOne();
            assertThat(rebuilds(models).leftovers()).isEmpty();
        }
    }

    @Test
    void an_undo_brings_back_the_old_tables_with_what_was_recorded_since() {
        try (TransitReadModels models = TransitReadModels.start(database)) {
            DSLContext rows = models.database();
            models.show(station("s1", "Marienplatz", "München"), station("s2", "Sendlinger Tor", "München"));
            // Nothing in the log says this, so it tells the old table from the new one.
            rows.update(STATION)
                    .set(STATION.PLACE, "by hand")
                    .where(STATION.STATION_ID.eq("s1"))
                    .execute();
            Rebuild rebuild = rebuilt(models, RebuildRequest.of("transit.stations"));
            assertThat(places(rows)).containsExactly("München", "München");
            models.show(station("s3", "Odeonsplatz", "München"));

            rebuilds(models).undo(rebuild.id(), BY);
            awaitState(models, rebuild.id(), State.UNDONE);

            assertThat(places(rows)).containsExactly("by hand", "München", "München");
            models.show(station("s4", "Giesing", "München"));
            assertThat(places(rows)).hasSize(4);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(tables(rows)).noneMatch(table -> table.contains("__")));
        }
    }

    @Test
    void a_comparison_names_what_differs_and_keeps_it_from_switching_by_itself() {
        try (TransitReadModels models = TransitReadModels.start(database)) {
            DSLContext rows = models.database();
            models.show(station("s1", "Marienplatz", "München"), station("s2", "Sendlinger Tor", "München"));
            rows.update(STATION)
                    .set(STATION.PLACE, "by hand")
                    .where(STATION.STATION_ID.eq("s1"))
                    .execute();
            rows.deleteFrom(STATION).where(STATION.STATION_ID.eq("s2")).execute();

            Rebuild rebuild =
                    rebuilds(models).start(new RebuildRequest(List.of("transit.stations"), true, true, null), BY);
            Rebuild ready = awaitState(models, rebuild.id(), State.READY);

            assertThat(ready.differences())
                    .containsExactly(
                            "transit.station station_id=s1 differs in place",
                            "transit.station station_id=s2 is only in the new table");
            rebuilds(models).switchOver(rebuild.id(), BY);
            awaitState(models, rebuild.id(), State.SWITCHED);
            assertThat(places(rows)).containsExactly("München", "München");
        }
    }

    @Test
    void one_rebuild_of_a_projection_at_a_time() {
        try (TransitReadModels models = TransitReadModels.start(database)) {
            models.show(Departures.random(1, 500));
            Rebuild slow = rebuilds(models)
                    .start(new RebuildRequest(List.of("transit.stations", DEPARTURES), true, false, 50), BY);

            assertThatThrownBy(() -> rebuilds(models).start(RebuildRequest.of(DEPARTURES), BY))
                    .isInstanceOf(RebuildRefused.class)
                    .hasMessage("a rebuild of [transit.departures] is under way");
            assertThatThrownBy(() -> rebuilds(models).start(RebuildRequest.of("transit.nothing"), BY))
                    .hasMessageContaining("there is no projection called [transit.nothing]");

            rebuilds(models).cancel(slow.id(), BY);
            awaitState(models, slow.id(), State.CANCELLED);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(tables(models.database())).noneMatch(table -> table.contains("__")));
        }
    }

    /** A live batch that takes long holds up the switch, and ends when somebody has just cancelled. */
    @Test
    void whoever_was_told_that_it_is_cancelled_sees_no_switch() throws Exception {
        try (TransitReadModels models = TransitReadModels.start(database)) {
            models.show(Departures.random(1, 500));
            List<String> before = Departures.rows(models.database());
            Rebuild rebuild = models.database().connectionResult(connection -> {
                connection.setAutoCommit(false);
                try (Statement batch = connection.createStatement()) {
                    batch.execute("SELECT FROM event_store.token WHERE processor = '" + DEPARTURES + "' FOR UPDATE");
                    Rebuild held = rebuilds(models).start(RebuildRequest.of(DEPARTURES), BY);
                    await().atMost(PATIENCE).until(() -> isSwitchWaiting(models));
                    rebuilds(models).cancel(held.id(), BY);
                    connection.rollback();
                    return held;
                }
            });

            awaitState(models, rebuild.id(), State.CANCELLED);
            assertThat(Departures.rows(models.database())).isEqualTo(before);
        }
    }

    private static boolean isSwitchWaiting(TransitReadModels models) {
        return models.database().fetchCount(DSL.table("pg_stat_activity"), DSL.condition("""
                                datname = current_database() AND wait_event_type = 'Lock'
                                AND query LIKE '%FROM event_store.token WHERE processor = ANY%FOR UPDATE%'""")) > 0;
    }

    @Test
    void it_stops_where_it_is_paused_and_goes_on_from_there() {
        try (TransitReadModels models = TransitReadModels.start(database)) {
            models.show(Departures.random(1, 5_000));
            List<String> before = Departures.rows(models.database());
            Rebuild slow = rebuilds(models).start(new RebuildRequest(List.of(DEPARTURES), true, false, 1_000), BY);
            await().atMost(PATIENCE).until(() -> one(models, slow.id()).scanned() > 0);

            rebuilds(models).pause(slow.id(), BY);
            await().atMost(PATIENCE).until(() -> one(models, slow.id()).node() == null);
            Rebuild paused = one(models, slow.id());
            assertThat(paused.state()).isEqualTo(State.FILLING);
            assertThat(paused.position()).isPositive().isEqualTo(paused.scanned());

            models.database().execute("UPDATE projection.rebuild SET max_rate = NULL");
            rebuilds(models).resume(slow.id(), BY);
            awaitState(models, slow.id(), State.SWITCHED);
            assertThat(Departures.rows(models.database())).isEqualTo(before);
        }
    }

    private static Rebuild rebuilt(TransitReadModels models, RebuildRequest request) {
        Rebuild started = rebuilds(models).start(request, BY);
        models.bean(RebuildRunner.class).wake();
        return awaitState(models, started.id(), State.SWITCHED);
    }

    private static Rebuild awaitState(TransitReadModels models, long id, State state) {
        await().atMost(PATIENCE).until(() -> {
            Rebuild now = one(models, id);
            if (now.state() == State.FAILED && state != State.FAILED) {
                throw new AssertionError("failed: " + now.error());
            }
            return now.state() == state;
        });
        return one(models, id);
    }

    private static Rebuild one(TransitReadModels models, long id) {
        return rebuilds(models).find(id).orElseThrow();
    }

    private static Rebuilds rebuilds(TransitReadModels models) {
        return models.bean(Rebuilds.class);
    }

    private static List<String> places(DSLContext rows) {
        return rows.selectFrom(STATION).orderBy(STATION.STATION_ID).fetch(STATION.PLACE);
    }

    private static List<String> tables(DSLContext rows) {
        return rows.fetch("SELECT tablename::text FROM pg_tables WHERE schemaname = 'transit'")
                .getValues(0, String.class);
    }

    private static List<String> indexesAsMigrated() {
        try (TransitReadModels untouched = TransitReadModels.start(TestDatabase.migrated())) {
            return indexes(untouched.database());
        }
    }

    /** Definitions of the living tables' indexes and constraints, with their names and comments. */
    private static List<String> indexes(DSLContext rows) {
        return rows.fetch("""
                SELECT indexdef FROM pg_indexes WHERE schemaname = 'transit' AND tablename NOT LIKE '%\\_\\_%'
                UNION ALL
                SELECT conname || ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint c
                JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
                WHERE n.nspname = 'transit' AND t.relname NOT LIKE '%\\_\\_%'
                UNION ALL
                SELECT t.relname || ' ' || d.objsubid || ' ' || d.description FROM pg_description d
                JOIN pg_class t ON d.classoid = 'pg_class'::regclass AND t.oid = d.objoid
                JOIN pg_namespace n ON n.oid = t.relnamespace
                WHERE n.nspname = 'transit' AND t.relname NOT LIKE '%\\_\\_%'
                ORDER BY 1""").getValues(0, String.class);
    }
}
