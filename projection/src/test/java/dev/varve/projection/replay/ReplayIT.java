package dev.varve.projection.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.eventstore.axon.EventDecoder;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.NamedEventSerializer;
import dev.varve.eventstore.axon.RegisteredEvent;
import dev.varve.projection.Counted;
import dev.varve.projection.Operator;
import dev.varve.projection.ProjectionSettings;
import dev.varve.projection.ProjectionSettings.OnChange;
import dev.varve.projection.Tallies;
import dev.varve.projection.parked.TestParking;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class ReplayIT {

    private static final String NAME = "test.tallies";
    private static final long EVENTS = 2_000;
    private static final Operator BY = new Operator("somebody", null);

    private final DataSource dataSource = TestDatabase.migrated().dataSource();
    private final Replays replays = new Replays(dataSource);
    private final Tallies tallies = new Tallies();
    private final List<ReplayRunner> nodes = new ArrayList<>();

    @BeforeEach
    void record() throws SQLException {
        execute(Tallies.CREATE);
        execute("INSERT INTO projection.version (projection, version, code_version, tables) VALUES ('" + NAME
                + "', 1, 1, '{public.tally}')");
        execute("""
                INSERT INTO event_store.event
                    (position, event_id, stream_type, stream_id, version, type, revision, recorded_at, latest_recorded_at, payload, metadata)
                SELECT n, gen_random_uuid()::text, 'Tally', 'row ' || n % 50, n / 50, 'test.counted', '1', now(), now(),
                       convert_to(json_build_object('row', 'row ' || n % 50, 'by', 1, 'label', 'fine')::text, 'UTF8'), '{}'
                FROM generate_series(1, 2000) n""");
        execute("INSERT INTO event_store.token (processor, segment, position, claimed_at) VALUES ('" + NAME + "', 0, "
                + EVENTS + ", now())");
    }

    @AfterEach
    void stop() {
        nodes.forEach(ReplayRunner::stop);
    }

    @Test
    void a_range_replayed_twice_counts_once_and_a_dry_run_not_at_all() throws SQLException {
        node(tallies);

        Replay dry = ended(start(everything(null, true)));
        assertThat(dry.rowsChanged()).isPositive();
        assertThat(sum()).isZero();

        Replay first = ended(start(everything(null, false)));
        assertThat(first.state()).isEqualTo("done");
        assertThat(first.events()).isEqualTo(EVENTS);
        assertThat(sum()).isEqualTo(EVENTS);

        Replay second = ended(start(everything(null, false)));
        assertThat(second.events()).isEqualTo(EVENTS);
        assertThat(second.rowsChanged()).isZero();
        assertThat(sum()).isEqualTo(EVENTS);
    }

    @Test
    void three_nodes_run_it_once() throws SQLException {
        node(tallies);
        node(tallies);
        node(tallies);

        ended(start(everything(20_000, false)));

        assertThat(tallies.projected).hasValue(EVENTS);
        assertThat(sum()).isEqualTo(EVENTS);
    }

    @Test
    void a_cancelled_one_says_exactly_what_was_done() throws SQLException {
        node(tallies);
        Replay started = start(everything(800, false));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> replays.get(started.id()).position() > 0);

        Replay cancelled = replays.cancel(started.id(), new Operator("somebody", "enough"));

        nodes.forEach(ReplayRunner::stop);
        assertThat(cancelled.state()).isEqualTo("cancelled");
        assertThat(cancelled.position()).isLessThan(EVENTS);
        assertThat(replays.get(started.id()).position()).isEqualTo(cancelled.position());
        assertThat(sum()).isEqualTo(cancelled.position());
        assertThatThrownBy(() -> replays.resume(started.id(), BY)).isInstanceOf(ReplayRefused.class);
    }

    @Test
    void another_node_goes_on_where_one_stopped_and_the_first_commits_nothing_more() throws SQLException {
        Replay started = start(everything(null, false));
        ReplayLease dead = ReplayLease.claim(dataSource, "dead", Set.of(NAME)).orElseThrow();
        assertThat(ReplayLease.claim(dataSource, "other", Set.of(NAME))).isEmpty();
        execute("UPDATE projection.replay SET leased_until = '-infinity'");
        node(tallies);

        assertThat(ended(started).state()).isEqualTo("done");
        execute("UPDATE projection.replay SET state = 'running', ended_at = NULL");
        try (Connection connection = dataSource.getConnection()) {
            assertThat(dead.hold(0, connection)).isFalse();
        }
        assertThat(sum()).isEqualTo(EVENTS);
    }

    @Test
    void pause_holds_it_and_resume_goes_on() throws SQLException {
        node(tallies);
        Replay started = start(everything(800, false));
        Replay paused = replays.pause(started.id(), BY);
        assertThat(paused.state()).isEqualTo("paused");
        assertThatThrownBy(() -> start(everything(null, false))).isInstanceOf(ReplayRefused.class);

        replays.resume(started.id(), BY);
        nodes.forEach(ReplayRunner::wake);

        assertThat(ended(started).position()).isEqualTo(EVENTS);
        assertThat(sum()).isEqualTo(EVENTS);
    }

    @Test
    void an_event_that_fails_holds_up_its_sequence_only_and_is_told() throws SQLException {
        execute("""
                UPDATE event_store.event SET payload = convert_to('{"row":"row 7","by":1,"label":"thrown at"}', 'UTF8')
                WHERE position = 1007""");
        node(tallies);

        Replay done = ended(start(everything(null, false)));

        assertThat(done.failed()).isEqualTo(20);
        assertThat(done.errors())
                .singleElement()
                .asString()
                .contains("1007", "IllegalStateException")
                .doesNotContain("secret");
        assertThat(sum()).isEqualTo(EVENTS - 20);
    }

    @Test
    void parked_sequences_and_unwanted_streams_are_left_alone() throws SQLException {
        execute("""
                INSERT INTO event_store.dead_letter (dead_letter_id, processing_group, sequence_identifier, sequence_index,
                    message_type, event_identifier, time_stamp, payload_type, payload, enqueued_at)
                VALUES ('1', 'test.tallies', 'row 1', 0, 'x', 'x', 'x', 'x', '', 'x')""");
        node(tallies);

        Replay done = ended(start(new ReplayRequest(
                NAME,
                new Bound.Position(101),
                new Bound.Position(1_100),
                List.of("test.counted"),
                List.of("row 1", "row 2"),
                null,
                false)));

        assertThat(done.parked()).isEqualTo(20);
        assertThat(done.events()).isEqualTo(20);
        assertThat(sum()).isEqualTo(20);
    }

    @Test
    void what_cannot_tell_what_it_has_seen_is_refused_with_advice() {
        node(new Tallies(false));

        Replay refused = ended(start(everything(null, false)));

        assertThat(refused.state()).isEqualTo("failed");
        assertThat(refused.error()).contains("./varve projection rebuild " + NAME);
    }

    private static ReplayRequest everything(@Nullable Integer maxRate, boolean dryRun) {
        return new ReplayRequest(NAME, new Bound.Beginning(), new Bound.Now(), List.of(), List.of(), maxRate, dryRun);
    }

    private Replay start(ReplayRequest request) {
        Replay started = replays.start(request, BY);
        nodes.forEach(ReplayRunner::wake);
        return started;
    }

    private Replay ended(Replay replay) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> replays.get(replay.id()).over());
        return replays.get(replay.id());
    }

    private void node(Tallies projection) {
        EventTypeRegistry registry =
                EventTypeRegistry.of(List.of(new RegisteredEvent("test.counted", 1, Counted.class)));
        ReplayRunner node = new ReplayRunner(
                Map.of(NAME, projection),
                TestParking.on(dataSource),
                new EventDecoder(NamedEventSerializer.of(registry), registry, events -> events),
                dataSource,
                new ProjectionSettings(true, 1, 500, 1, OnChange.WAIT, Duration.ofHours(1), 1, DataSize.ofMegabytes(8)),
                "node " + nodes.size());
        node.start();
        nodes.add(node);
    }

    private long sum() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT coalesce(sum(count), 0) FROM tally")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
