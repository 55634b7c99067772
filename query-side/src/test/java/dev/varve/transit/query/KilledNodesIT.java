package dev.varve.transit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.eventstore.BulkWriter;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.Partitions;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.NamedEventSerializer;
import dev.varve.migrations.Migrations;
import dev.varve.projection.Operator;
import dev.varve.projection.rebuild.Rebuild;
import dev.varve.projection.rebuild.Rebuild.State;
import dev.varve.projection.rebuild.RebuildRequest;
import dev.varve.projection.rebuild.Rebuilds;
import dev.varve.projection.replay.Bound;
import dev.varve.projection.replay.Replay;
import dev.varve.projection.replay.ReplayRequest;
import dev.varve.projection.replay.Replays;
import dev.varve.testkit.faults.NodeProcess;
import dev.varve.testkit.faults.RestartablePostgres;
import dev.varve.transit.events.DepartureEvent;
import dev.varve.transit.events.TransitEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rebuilds and replays whose node or whose PostgreSQL is killed at a random moment, as processes. {@code
 * -Dvarve.projection.kills=20} for the long form.
 */
class KilledNodesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String DATABASE = "postgres";
    private static final String DEPARTURES = "transit.departures";
    private static final int EVENTS = 30_000;
    private static final int KILLS = Integer.getInteger("varve.projection.kills", 2);
    private static final Operator BY = new Operator("test", null);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private final List<NodeProcess> nodes = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // set before each test
    private RestartablePostgres postgres;

    @SuppressWarnings("NullAway.Init") // set before each test
    private DSLContext rows;

    @BeforeEach
    void fill() throws SQLException {
        postgres = RestartablePostgres.in(folder.resolve("data"));
        DataSource database = postgres.dataSource(DATABASE);
        new Migrations(database).up();
        new BulkWriter(database, new Partitions(database, 1_000_000, 2), BulkWriter.Versions.AS_GIVEN).append(events());
        rows = DSL.using(database, SQLDialect.POSTGRES);
        node();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> applied() == EVENTS);
    }

    @AfterEach
    void stop() {
        nodes.forEach(NodeProcess::close);
        postgres.close();
    }

    @Test
    void a_rebuild_goes_on_after_every_kill_and_is_never_half_switched() {
        long seed = System.nanoTime();
        Random chance = new Random(seed);
        String whole = digest();
        Rebuilds rebuilds = new Rebuilds(postgres.dataSource(DATABASE));

        for (int kill = 1; kill <= KILLS; kill++) {
            String round = "kill %d, seed %d".formatted(kill, seed);
            long id = rebuilds.start(new RebuildRequest(List.of(DEPARTURES), true, false, 15_000), BY)
                    .id();
            letPass(chance.nextInt(4_000));
            if (chance.nextInt(3) == 0) {
                postgres.kill();
                postgres.startAgain();
            } else {
                nodes.removeLast().kill();
                assertThat(digest()).as(round).isEqualTo(whole);
                assertNotHalfSwitched(rebuilds.find(id).orElseThrow(), round);
                node();
            }
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> rebuilds.find(id).orElseThrow().state() == State.SWITCHED);
            assertThat(rebuilds.find(id).orElseThrow().events()).as(round).isEqualTo(EVENTS);
            assertThat(digest()).as(round).isEqualTo(whole);
            assertNotHalfSwitched(rebuilds.find(id).orElseThrow(), round);
        }

        await().atMost(PATIENCE).until(() -> rebuilds.leftovers().isEmpty());
        assertThat(beside()).as("the old tables of the last one, for an undo").hasSize(2);
        assertThat(rows.fetchCount(DSL.table("outbox.message")))
                .as("messages sent")
                .isZero();
        assertThat(head()).as("events recorded").isEqualTo(EVENTS);
    }

    @Test
    void a_replay_in_place_is_taken_over_by_another_node_and_counts_once() {
        String whole = digest();
        long wanted = rows.fetchCount(
                DSL.table("event_store.event"), DSL.condition("type LIKE 'transit.departure-%' AND position > 10000"));
        rows.execute("DELETE FROM transit.departure_history WHERE position > 10000");
        rows.execute("""
                DELETE FROM transit.departure WHERE departure_id IN (
                    SELECT stream_id FROM event_store.event WHERE type = 'transit.departure-planned' AND position > 10000)""");
        node();
        node();
        Replays replays = new Replays(postgres.dataSource(DATABASE));
        long id = replays.start(
                        new ReplayRequest(
                                DEPARTURES, Bound.from("10001"), Bound.to("now"), List.of(), List.of(), 4_000, false),
                        new Operator("test", "rows were lost"))
                .id();
        await().atMost(PATIENCE).until(() -> replays.get(id).done() > 1_000);

        Replay running = replays.get(id);
        NodeProcess working = nodes.stream()
                .filter(node -> String.valueOf(running.node()).startsWith(node.pid() + "@"))
                .findFirst()
                .orElseThrow();
        working.kill();
        assertThat(replays.get(id).over()).isFalse();
        await().atMost(PATIENCE).until(() -> replays.get(id).over());

        Replay ended = replays.get(id);
        assertThat(ended.state()).isEqualTo("done");
        assertThat(ended.node()).isNotEqualTo(running.node());
        assertThat(ended.events()).isEqualTo(wanted);
        assertThat(digest()).isEqualTo(whole);
        assertThat(rows.fetchCount(DSL.table("outbox.message")))
                .as("messages sent")
                .isZero();
        assertThat(head()).as("events recorded").isEqualTo(EVENTS);
    }

    private void node() {
        int number = nodes.size();
        nodes.add(NodeProcess.start(
                "node-" + number,
                ReadModelNode.class,
                folder.resolve("node.log"),
                List.of(
                        "--server.port=0",
                        "--spring.datasource.url=" + postgres.jdbcUrl(DATABASE),
                        "--spring.datasource.username=" + postgres.user(),
                        "--spring.datasource.hikari.maximum-pool-size=12",
                        "--spring.flyway.enabled=false",
                        "--spring.main.banner-mode=off",
                        "--varve.projection.rebuild-memory=8MB")));
    }

    /** Both tables are the new ones or none is, as the rebuild's state says. */
    private void assertNotHalfSwitched(Rebuild rebuild, String round) {
        List<String> made = beside().stream()
                .filter(table -> table.endsWith("_" + rebuild.id()))
                .toList();
        if (rebuild.state() == State.SWITCHED) {
            assertThat(made)
                    .as(round)
                    .containsExactlyInAnyOrder(
                            "departure__old_" + rebuild.id(), "departure_history__old_" + rebuild.id());
        } else if (!made.isEmpty() || rebuild.position() > 0) {
            assertThat(made)
                    .as(round)
                    .containsExactlyInAnyOrder(
                            "departure__new_" + rebuild.id(), "departure_history__new_" + rebuild.id());
        }
    }

    private List<String> beside() {
        return rows.fetch(
                        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'transit' AND tablename LIKE '%\\_\\_%'")
                .getValues(0, String.class);
    }

    private String digest() {
        return String.valueOf(rows.fetchValue("""
                SELECT count(*) || md5(string_agg(md5(line), '' ORDER BY line)) FROM (
                    SELECT 'departure ' || to_jsonb(d)::text AS line FROM transit.departure d
                    UNION ALL SELECT 'history ' || to_jsonb(h)::text FROM transit.departure_history h) AS whole"""));
    }

    private long applied() {
        return ((Number)
                        rows.fetchValue(
                                "SELECT coalesce(min(position), 0) FROM projection.progress WHERE projection = 'transit.departures'"))
                .longValue();
    }

    private long head() {
        return ((Number) rows.fetchValue("SELECT max(position) FROM event_store.event")).longValue();
    }

    private static void letPass(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static List<NewEvent> events() {
        EventTypeRegistry types = TransitReadModels.types();
        NamedEventSerializer serializer = NamedEventSerializer.of(types);
        Map<String, Long> versions = new HashMap<>();
        List<NewEvent> events = new ArrayList<>();
        for (TransitEvent event : Departures.random(5, EVENTS)) {
            String stream = ((DepartureEvent) event).departureId().value();
            var type = types.of(event.getClass()).orElseThrow();
            events.add(new NewEvent(
                    "00000000-0000-4000-8000-%012d".formatted(events.size()),
                    "Transit",
                    stream,
                    versions.merge(stream, 1L, Long::sum) - 1,
                    type.name(),
                    String.valueOf(type.revision()),
                    Events.NOON,
                    serializer.serialize(event, byte[].class).getData(),
                    "{}".getBytes(StandardCharsets.UTF_8)));
        }
        return events;
    }
}
