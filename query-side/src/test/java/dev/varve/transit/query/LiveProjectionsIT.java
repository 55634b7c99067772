package dev.varve.transit.query;

import static dev.varve.transit.query.Events.NOON;
import static dev.varve.transit.query.Events.departure;
import static dev.varve.transit.query.Events.line;
import static dev.varve.transit.query.Events.station;
import static dev.varve.transit.query.generated.Tables.DEPARTURE;
import static dev.varve.transit.query.generated.Tables.DEPARTURE_HISTORY;
import static dev.varve.transit.query.generated.Tables.LINE;
import static dev.varve.transit.query.generated.Tables.STATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.projection.Operator;
import dev.varve.projection.parked.ParkedEvents;
import dev.varve.projection.parked.ParkedRetry;
import dev.varve.projection.parked.ParkedRetry.Retried;
import dev.varve.projection.replay.Bound;
import dev.varve.projection.replay.ReplayRequest;
import dev.varve.projection.replay.Replays;
import dev.varve.testkit.TestDatabase;
import dev.varve.transit.events.DepartureEvent.DepartureCancelled;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.TransitEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;

/** From the log through Axon's processors to rows. */
class LiveProjectionsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database = TestDatabase.migrated();

    @Test
    void what_is_recorded_becomes_rows() {
        try (TransitReadModels models = TransitReadModels.start(database)) {
            long position = models.show(
                    station("s1", "Marienplatz", "München"),
                    line("swm:U3", "U3"),
                    departure("d1", "s1", NOON),
                    new DepartureDelayed(new DepartureId("d1"), 60, NOON.plusSeconds(60), NOON));

            DSLContext rows = models.database();
            assertThat(rows.fetchSingle(STATION).get(STATION.NAME)).isEqualTo("Marienplatz");
            assertThat(rows.fetchSingle(LINE).get(LINE.LABEL)).isEqualTo("U3");
            assertThat(rows.fetchSingle(DEPARTURE).get(DEPARTURE.STATUS)).isEqualTo("delayed");
            assertThat(rows.fetchSingle(DEPARTURE).get(DEPARTURE.VERSION)).isEqualTo(1);
            assertThat(rows.fetchSingle(DEPARTURE).get(DEPARTURE.POSITION)).isEqualTo(position);
        }
    }

    @Test
    void a_departure_may_come_before_its_station() {
        try (TransitReadModels models = TransitReadModels.start(database)) {
            models.show(departure("d1", "s1", NOON));
            assertThat(models.database().fetchSingle(DEPARTURE).get(DEPARTURE.STATION_ID))
                    .isEqualTo("s1");
            assertThat(models.database().fetchCount(STATION)).isZero();

            models.show(station("s1", "Marienplatz", "München"));
            assertThat(models.database().fetchCount(STATION)).isOne();
        }
    }

    @Test
    void many_streams_over_several_segments_lose_nothing() {
        try (TransitReadModels models = TransitReadModels.start(
                database,
                "varve.projection.segments=4",
                "varve.projection.threads=4",
                "varve.projection.batch-size=50")) {
            List<TransitEvent> events = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                DepartureId id = new DepartureId("d" + i);
                events.add(departure(id.value(), "s", NOON.plusSeconds(i)));
                events.add(new DepartureDelayed(id, 60, NOON.plusSeconds(i + 60), NOON));
            }
            models.show(events.toArray(TransitEvent[]::new));

            DSLContext rows = models.database();
            assertThat(rows.fetchCount(DEPARTURE, DEPARTURE.STATUS.eq("delayed")))
                    .isEqualTo(1_000);
            assertThat(rows.fetchCount(DEPARTURE_HISTORY)).isEqualTo(2_000);
        }
    }

    @Test
    void a_batch_that_fails_leaves_neither_rows_nor_progress_and_goes_on_when_the_cause_is_gone() {
        try (TransitReadModels models = TransitReadModels.start(database, "varve.projection.segments=1")) {
            DSLContext rows = models.database();
            breakHistoryOf(rows, "broken");

            // The departure's row is written before its history, so something is there to be rolled back.
            long last = models.record(
                    departure("broken", "s", NOON), new DepartureCancelled(new DepartureId("broken"), null, NOON));
            await().atMost(PATIENCE).until(() -> failures(rows) >= 2);

            assertThat(rows.fetchCount(DEPARTURE)).isZero();
            assertThat(rows.fetchCount(DEPARTURE_HISTORY)).isZero();
            assertThat(checkpoint(rows)).isZero();

            rows.execute("DROP TRIGGER broken ON transit.departure_history");
            models.awaitPosition(last);

            assertThat(rows.fetchSingle(DEPARTURE).get(DEPARTURE.STATUS)).isEqualTo("cancelled");
            assertThat(rows.fetchCount(DEPARTURE_HISTORY)).isEqualTo(2);
            await().atMost(PATIENCE).until(() -> checkpoint(rows) == last);
        }
    }

    @Test
    void an_event_that_cannot_be_read_waits_with_its_stream_and_others_go_on() {
        try (TransitReadModels models = TransitReadModels.start(database)) {
            long head = models.show(station("s1", "Marienplatz", "München"));
            models.database().execute("""
                    INSERT INTO event_store.event (position, event_id, stream_type, stream_id, version, type, revision,
                        recorded_at, latest_recorded_at, payload, metadata)
                    SELECT %d + n, gen_random_uuid()::text, stream_type, 'unreadable', n - 1, type, revision,
                        recorded_at, latest_recorded_at, '{"unreadable":"a secret"}', metadata
                    FROM event_store.event, generate_series(1, 2) n WHERE position = %1$d""".formatted(head));

            models.show(station("s2", "Giesing", "München"));

            ParkedEvents parked = models.bean(ParkedEvents.class);
            assertThat(models.database().fetchCount(STATION)).isEqualTo(2);
            assertThat(parked.list("transit.stations", 10)).singleElement().satisfies(sequence -> {
                assertThat(sequence.sequence()).isEqualTo("unreadable");
                assertThat(sequence.events()).isEqualTo(2);
                assertThat(sequence.cause() + sequence.where()).doesNotContain("secret");
            });
            Operator operator = new Operator("test", "still unreadable");
            assertThat(models.bean(ParkedRetry.class).all("transit.stations", operator))
                    .isEqualTo(new Retried(0, 2));
            Replays replays = models.bean(Replays.class);
            long replay = replays.start(
                            new ReplayRequest(
                                    "transit.stations",
                                    new Bound.Beginning(),
                                    new Bound.Now(),
                                    List.of(),
                                    List.of(),
                                    null,
                                    false),
                            operator)
                    .id();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(replays.get(replay).parked()).isEqualTo(2));
        }
    }

    @Test
    void a_restart_goes_on_from_the_checkpoint() {
        try (TransitReadModels models = TransitReadModels.start(database)) {
            models.show(station("s1", "Marienplatz", "München"), departure("d1", "s1", NOON));
            // Were the events applied again from the beginning, the row would come back.
            models.database().deleteFrom(STATION).execute();
        }
        try (TransitReadModels without = TransitReadModels.start(database, "varve.projection.enabled=false")) {
            without.record(station("s2", "Sendlinger Tor", "München"), departure("d2", "s2", NOON));
            assertThat(without.database().fetchCount(DEPARTURE)).isOne();
        }
        try (TransitReadModels models = TransitReadModels.start(database)) {
            models.awaitPosition(4);
            assertThat(models.database().fetch(STATION).getValues(STATION.STATION_ID))
                    .containsExactly("s2");
            assertThat(models.database().fetch(DEPARTURE).getValues(DEPARTURE.DEPARTURE_ID))
                    .containsExactlyInAnyOrder("d1", "d2");
        }
    }

    @Test
    void a_node_that_runs_no_projections_knows_how_far_the_others_are() {
        try (TransitReadModels models = TransitReadModels.start(database);
                TransitReadModels without = TransitReadModels.start(database, "varve.projection.enabled=false")) {
            long position = without.record(station("s1", "Marienplatz", "München"), line("swm:U3", "U3"));

            without.awaitPosition(position);

            assertThat(without.database().fetchCount(STATION)).isOne();
            assertThat(models.progress().position("transit.stations")).hasValue(position);
        }
    }

    /** Refuses each history row of a departure and counts the refusals in a sequence, which no rollback turns back. */
    private static void breakHistoryOf(DSLContext rows, String departure) {
        rows.execute("CREATE SEQUENCE public.failures");
        rows.execute("""
                CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM nextval('public.failures');
                    RAISE EXCEPTION 'no room, on purpose' USING ERRCODE = 'disk_full';
                END $$""");
        rows.execute("""
                CREATE TRIGGER broken BEFORE INSERT ON transit.departure_history FOR EACH ROW
                WHEN (NEW.departure_id = '%s') EXECUTE FUNCTION public.fail()""".formatted(departure));
    }

    private static long failures(DSLContext rows) {
        return rows.fetchSingle("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM public.failures")
                .get(0, Long.class);
    }

    private static long checkpoint(DSLContext rows) {
        return rows.fetchSingle(
                        "SELECT coalesce(max(position), 0) FROM event_store.token WHERE processor = 'transit.departures'")
                .get(0, Long.class);
    }
}
