package dev.varve.eventstore.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.Partitions;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.NamedEventSerializer;
import dev.varve.eventstore.axon.PostgresEventStorageEngine;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.axon.RegisteredEvent;
import dev.varve.testkit.TestDatabase;
import dev.varve.testkit.faults.NodeProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.MergedTrackingToken;
import org.axonframework.eventhandling.MultiSourceTrackingToken;
import org.axonframework.eventhandling.ReplayToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdoptionIT {

    record AmountBooked(String account, long cents) {}

    record AccountClosed(String reason) {}

    private static final EventTypeRegistry REGISTRY =
            EventTypeRegistry.of(List.of(new RegisteredEvent("bank.amount-booked", 1, AmountBooked.class)));
    private static final AdoptionProgress SILENT = (phase, done, all) -> {};

    private final TestDatabase database = TestDatabase.migrated();
    private final HikariDataSource dataSource = pool(database);
    private final Partitions partitions = new Partitions(dataSource, 10_000_000, 1);
    private final PostgresEventLog log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
    private final Serializer serializer = NamedEventSerializer.of(REGISTRY);
    private final EventStorageEngine ours = PostgresEventStorageEngine.builder(log)
            .eventSerializer(serializer)
            .snapshotSerializer(serializer)
            .build();
    private final PostgresTokenStore ourTokens =
            new PostgresTokenStore(dataSource, serializer, Duration.ofSeconds(10), "test");

    private static HikariDataSource pool(TestDatabase database) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(database.jdbcUrl());
        pool.setUsername(database.user());
        pool.setPassword(database.password());
        pool.setMaximumPoolSize(8);
        return pool;
    }

    @AfterEach
    void close() {
        log.close();
        partitions.close();
        dataSource.close();
    }

    private enum Schema {
        JDBC,
        JPA
    }

    private OldAxonStore old(Schema schema, Serializer tokenSerializer) throws SQLException {
        return switch (schema) {
            case JDBC -> OldAxonStore.jdbc(dataSource, tokenSerializer);
            case JPA -> OldAxonStore.jpa(dataSource, tokenSerializer);
        };
    }

    private Adoption adoption() {
        return adoption(OldStore.in("public"));
    }

    private Adoption adoption(OldStore store) {
        return new Adoption(dataSource, store, dataSource, partitions, TypeNames.of(REGISTRY), "cli:test");
    }

    private static DomainEventMessage<?> booked(String account, long version) {
        return new GenericDomainEventMessage<>(
                "Account", account, version, new AmountBooked(account, 100 + version), MetaData.with("by", "büro"));
    }

    private static DomainEventMessage<?> closed(String account, long version) {
        return new GenericDomainEventMessage<>("Account", account, version, new AccountClosed("moved"));
    }

    /** What a reader can see of an event, whichever store it is in. */
    private static List<@Nullable Object> facts(EventMessage<?> event) {
        DomainEventMessage<?> inStream = event instanceof DomainEventMessage<?> domain ? domain : null;
        return Arrays.asList(
                event.getIdentifier(),
                event.getTimestamp().truncatedTo(ChronoUnit.MICROS),
                event.getPayload(),
                event.getMetaData(),
                inStream == null ? null : inStream.getType(),
                inStream == null ? null : inStream.getAggregateIdentifier(),
                inStream == null ? null : inStream.getSequenceNumber());
    }

    private static List<List<@Nullable Object>> all(EventStorageEngine engine, @Nullable TrackingToken after) {
        try (Stream<? extends TrackedEventMessage<?>> events = engine.readEvents(after, false)) {
            List<List<@Nullable Object>> facts = new ArrayList<>();
            events.forEach(event -> facts.add(facts(event)));
            return facts;
        }
    }

    private static List<List<@Nullable Object>> stream(EventStorageEngine engine, String aggregate) {
        List<List<@Nullable Object>> facts = new ArrayList<>();
        engine.readEvents(aggregate).asStream().forEach(event -> facts.add(facts(event)));
        return facts;
    }

    private static TrackingToken tokenAfter(EventStorageEngine engine, int handled) {
        try (Stream<? extends TrackedEventMessage<?>> events = engine.readEvents(null, false)) {
            return Objects.requireNonNull(events.limit(handled)
                    .reduce((first, second) -> second)
                    .orElseThrow()
                    .trackingToken());
        }
    }

    private static void fill(OldAxonStore old) {
        old.append(booked("a", 0), booked("b", 0));
        old.appendAndRollBack(booked("a", 1), booked("a", 2));
        old.append(booked("a", 1));
        old.append(new GenericEventMessage<>(new AccountClosed("nobody's")));
        old.appendAndRollBack(booked("b", 1));
        old.append(closed("b", 1), booked("a", 2), booked("c", 0));
        old.storeSnapshot(new GenericDomainEventMessage<>("Account", "a", 1, new AmountBooked("a", 201)));
    }

    @ParameterizedTest
    @EnumSource(Schema.class)
    void aggregates_order_identifiers_times_and_snapshots_are_kept(Schema schema) throws Exception {
        try (OldAxonStore old = old(schema, OldAxonStore.JSON)) {
            fill(old);
            List<List<@Nullable Object>> before = all(old.engine(), null);

            AdoptionReport report = adoption().run(SILENT);

            assertThat(all(old.engine(), null)).isEqualTo(before);
            assertThat(all(ours, null)).isEqualTo(before).hasSize(7);
            for (String aggregate : List.of("a", "b", "c")) {
                assertThat(stream(ours, aggregate)).isEqualTo(stream(old.engine(), aggregate));
            }
            assertThat(facts(ours.readSnapshot("a").orElseThrow()))
                    .isEqualTo(facts(old.engine().readSnapshot("a").orElseThrow()));
            assertThat(report.lastPosition()).isEqualTo(7);
            assertThat(report.found().gaps()).isPositive();
            assertThat(report.found().snapshots()).isEqualTo(1);
            assertThat(log.read(0, 1).getFirst().type()).isEqualTo("bank.amount-booked");
            assertThat(report.found().types())
                    .extracting(Findings.TypeCount::storedAs, Findings.TypeCount::named, Findings.TypeCount::events)
                    .containsExactlyInAnyOrder(
                            tuple("bank.amount-booked", true, 5L), tuple(AccountClosed.class.getName(), false, 2L));

            ours.appendEvents(booked("a", 3));
            assertThat(log.head()).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @EnumSource(Schema.class)
    void a_processor_goes_on_exactly_where_it_was(Schema schema) throws Exception {
        try (OldAxonStore old = old(schema, OldAxonStore.JSON)) {
            fill(old);
            List<List<@Nullable Object>> events = all(old.engine(), null);
            for (int handled = 1; handled <= events.size(); handled++) {
                old.initializeToken(tokenAfter(old.engine(), handled), "handled-" + handled, 2);
            }
            old.transaction().executeWithoutResult(status -> old.tokens().initializeTokenSegments("new", 1));

            adoption().run(SILENT);

            for (int handled = 1; handled <= events.size(); handled++) {
                for (int segment = 0; segment < 2; segment++) {
                    @Nullable TrackingToken token = ourTokens.fetchToken("handled-" + handled, segment);
                    assertThat(all(ours, token)).isEqualTo(events.subList(handled, events.size()));
                }
            }
            assertThat(ourTokens.fetchToken("new", 0)).isNull();
            assertThat(ourTokens.fetchSegments("handled-1")).containsExactly(0, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void replays_and_merges_go_on_where_they_were(boolean xstream) throws Exception {
        Serializer tokenSerializer = xstream ? OldAxonStore.xstream() : OldAxonStore.JSON;
        try (OldAxonStore old = old(Schema.JDBC, tokenSerializer)) {
            fill(old);
            TrackingToken five = tokenAfter(old.engine(), 5);
            TrackingToken three = tokenAfter(old.engine(), 3);
            old.initializeToken(five, "plain", 1);
            old.initializeToken(ReplayToken.createReplayToken(five, three, "again"), "replaying", 1);
            old.initializeToken(ReplayToken.createReplayToken(five, null), "replaying-all", 1);
            old.initializeToken(new MergedTrackingToken(three, five), "merging", 1);
            old.transaction().executeWithoutResult(status -> old.tokens().retrieveStorageIdentifier());

            adoption().run(SILENT);

            GlobalSequenceTrackingToken atFive = new GlobalSequenceTrackingToken(5);
            GlobalSequenceTrackingToken atThree = new GlobalSequenceTrackingToken(3);
            assertThat(ourTokens.fetchToken("plain", 0)).isEqualTo(atFive);
            assertThat(ourTokens.fetchToken("replaying", 0))
                    .isEqualTo(ReplayToken.createReplayToken(atFive, atThree, "again"));
            assertThat(ourTokens.fetchToken("replaying-all", 0)).isEqualTo(ReplayToken.createReplayToken(atFive, null));
            assertThat(ourTokens.fetchToken("merging", 0)).isEqualTo(new MergedTrackingToken(atThree, atFive));
            assertThat(ourTokens.fetchSegments("__config")).isEmpty();
        }
    }

    @Test
    void a_token_of_several_sources_is_refused_and_named() throws Exception {
        try (OldAxonStore old = old(Schema.JDBC, OldAxonStore.JSON)) {
            fill(old);
            old.initializeToken(new MultiSourceTrackingToken(Map.of("one", tokenAfter(old.engine(), 1))), "mixed", 1);

            assertThatThrownBy(() -> adoption().run(SILENT))
                    .isInstanceOf(AdoptionRefused.class)
                    .hasMessageContaining("processor 'mixed', segment 0");
            assertThat(log.head()).isZero();
        }
    }

    @Test
    void a_processor_that_has_an_earlier_event_still_to_handle_is_refused_and_named() throws Exception {
        try (OldAxonStore old = old(Schema.JDBC, OldAxonStore.JSON)) {
            old.append(booked("a", 0), booked("b", 0), booked("a", 1));
            old.initializeToken(GapAwareTrackingToken.newInstance(3, List.of(2L)), "late", 1);

            assertThatThrownBy(() -> adoption().run(SILENT))
                    .isInstanceOf(AdoptionRefused.class)
                    .hasMessageContaining("processor 'late', segment 0, has not handled the event at global index 2");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "payload = '<dev.Booked/>'|payload that is not JSON",
                "payload = '\\xaced0005'|payload that is not JSON",
                "metadata = '<meta-data/>'|metadata that is not JSON",
                "timestamp = 'yesterday'|has a time",
                "type = NULL|names no aggregate type",
            })
    void what_cannot_be_kept_is_refused_before_anything_is_written(String change) throws Exception {
        String[] parts = change.split("\\|");
        try (OldAxonStore old = old(Schema.JDBC, OldAxonStore.JSON)) {
            old.append(booked("a", 0), booked("a", 1));
            execute("UPDATE domainevententry SET " + parts[0] + " WHERE globalindex = 2");

            assertThatThrownBy(() -> adoption().run(SILENT))
                    .isInstanceOf(AdoptionRefused.class)
                    .hasMessageContaining("global index 2")
                    .hasMessageContaining(AmountBooked.class.getName())
                    .hasMessageContaining(parts[1]);
            assertThat(number("SELECT count(*) FROM event_store.adoption")).isZero();
        }
    }

    @Test
    void identifiers_that_occur_twice_are_refused() throws Exception {
        try (OldAxonStore old = old(Schema.JDBC, OldAxonStore.JSON)) {
            old.append(booked("a", 0), booked("a", 1));
            execute("ALTER TABLE domainevententry DROP CONSTRAINT domainevententry_eventidentifier_key");
            execute("UPDATE domainevententry SET eventidentifier = 'same'");

            assertThatThrownBy(() -> adoption().inspect())
                    .isInstanceOf(AdoptionRefused.class)
                    .hasMessageContaining("2 rows with the same eventidentifier: (same)");
        }
    }

    @Test
    void streams_without_their_beginning_with_gaps_or_of_two_types_and_blanked_events_are_kept_as_they_are()
            throws Exception {
        try (OldAxonStore old = old(Schema.JDBC, OldAxonStore.JSON)) {
            old.append(booked("a", 3), booked("a", 4), booked("a", 7), booked("b", 0));
            old.append(new GenericDomainEventMessage<>("BankAccount", "b", 1, new AccountClosed("renamed")));
            execute("UPDATE domainevententry SET payload = '' WHERE aggregateidentifier = 'b' AND sequencenumber = 0");

            Findings found = adoption().run(SILENT).found();

            assertThat(found.streams()).isEqualTo(2);
            assertThat(found.streamsNotFromZero()).isEqualTo(1);
            assertThat(found.streamsWithGaps()).isEqualTo(1);
            assertThat(found.streamsOfSeveralTypes()).isEqualTo(1);
            assertThat(found.emptyPayloads()).isEqualTo(1);
            assertThat(stream(ours, "a")).isEqualTo(stream(old.engine(), "a")).hasSize(3);
            assertThat(log.readStream("b", 0, 10))
                    .extracting(event -> event.streamType())
                    .containsExactly("Account", "BankAccount");
            assertThat(log.readStream("b", 0, 10).getFirst().payload()).isEmpty();
            ours.appendEvents(booked("a", 8));
        }
    }

    @Test
    void a_log_that_holds_events_is_refused() throws Exception {
        try (OldAxonStore old = old(Schema.JDBC, OldAxonStore.JSON)) {
            old.append(booked("a", 0));
            ours.appendEvents(booked("mine", 0));

            assertThatThrownBy(() -> adoption().run(SILENT))
                    .isInstanceOf(AdoptionRefused.class)
                    .hasMessageContaining("the log has events already");
        }
    }

    @Test
    void an_old_store_that_grows_meanwhile_is_noticed_and_the_next_run_takes_the_rest() throws Exception {
        try (OldAxonStore old = old(Schema.JDBC, OldAxonStore.JSON)) {
            old.append(booked("a", 0));

            assertThatThrownBy(() -> adoption().run((phase, done, all) -> {
                        if (phase == AdoptionProgress.Phase.COPY) {
                            old.append(booked("a", 1));
                        }
                    }))
                    .isInstanceOf(AdoptionRefused.class)
                    .hasMessageContaining("was the old store written to meanwhile?");

            AdoptionReport report = adoption().run(SILENT);
            assertThat(report.resumedAfter()).isEqualTo(1);
            assertThat(report.lastPosition()).isEqualTo(2);
            AdoptionReport again = adoption().run(SILENT);
            assertThat(again.digest()).isEqualTo(report.digest());
        }
    }

    @Test
    void an_event_that_was_changed_on_the_way_is_noticed() throws Exception {
        try (OldAxonStore old = old(Schema.JDBC, OldAxonStore.JSON)) {
            old.append(booked("a", 0));

            assertThatThrownBy(() -> adoption().run((phase, done, all) -> change()))
                    .isInstanceOf(AdoptionRefused.class)
                    .hasMessageContaining("digest");
        }
    }

    private void change() {
        try {
            execute("UPDATE event_store.event SET payload = '{}'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void snapshots_in_another_form_can_be_left_behind() throws Exception {
        try (OldAxonStore old = old(Schema.JDBC, OldAxonStore.JSON)) {
            fill(old);
            List<List<@Nullable Object>> before = stream(old.engine(), "a");
            execute("UPDATE snapshotevententry SET payload = '<state/>'");
            assertThatThrownBy(() -> adoption().run(SILENT))
                    .isInstanceOf(AdoptionRefused.class)
                    .hasMessageContaining("--without-snapshots");

            AdoptionReport report =
                    adoption(OldStore.in("public").withoutSnapshots()).run(SILENT);

            assertThat(report.found().snapshots()).isZero();
            assertThat(report.found().snapshotsLeft()).isEqualTo(1);
            assertThat(ours.readSnapshot("a")).isEmpty();
            assertThat(stream(ours, "a")).isEqualTo(before);
        }
    }

    @Test
    void a_snapshot_without_which_its_aggregate_is_nothing_is_not_left_behind() throws Exception {
        try (OldAxonStore old = old(Schema.JDBC, OldAxonStore.JSON)) {
            fill(old);
            execute("DELETE FROM domainevententry WHERE aggregateidentifier = 'a' AND sequencenumber = 0");

            assertThatThrownBy(() ->
                            adoption(OldStore.in("public").withoutSnapshots()).run(SILENT))
                    .isInstanceOf(AdoptionRefused.class)
                    .hasMessageContaining("the first event of aggregate 'a' is gone");
        }
    }

    @Test
    void the_old_store_may_be_in_another_database() throws Exception {
        try (HikariDataSource elsewhere = pool(TestDatabase.empty());
                OldAxonStore old = OldAxonStore.jpa(elsewhere, OldAxonStore.xstream())) {
            fill(old);
            List<List<@Nullable Object>> before = all(old.engine(), null);

            new Adoption(elsewhere, OldStore.in("public"), dataSource, partitions, TypeNames.of(REGISTRY), "cli:test")
                    .run(SILENT);

            assertThat(all(ours, null)).isEqualTo(before).hasSize(7);
        }
    }

    @Test
    void a_takeover_that_was_killed_goes_on(@TempDir Path folder) throws Exception {
        int events = 60_000;
        try (OldAxonStore old = old(Schema.JDBC, OldAxonStore.JSON)) {
            old.append(booked("a", 0));
            execute("""
                    INSERT INTO domainevententry (eventidentifier, aggregateidentifier, sequencenumber, type, timestamp,
                                                  payloadtype, payload, metadata, globalindex)
                    SELECT 'id-' || n, 'account-' || n %% 1000, n / 1000, 'Account', '2026-03-01T12:00:00.123456Z',
                           'bank.AmountBooked', '{"cents":1}', '{}', 10 + 2 * n + n / 7
                    FROM generate_series(0, %d) AS n
                    """.formatted(events - 2));
            try (NodeProcess process = NodeProcess.start(
                    "adoption",
                    AdoptionProcess.class,
                    folder.resolve("adoption.log"),
                    List.of(database.jdbcUrl(), database.user(), database.password()))) {
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> log.head() > 0);
                process.kill();
            }
            long reached = log.head();

            AdoptionReport report = new Adoption(
                            dataSource,
                            OldStore.in("public"),
                            dataSource,
                            partitions,
                            new TypeNames(Map.of()),
                            "cli:test")
                    .run(SILENT);

            assertThat(report.resumedAfter()).isEqualTo(reached).isPositive();
            assertThat(report.lastPosition()).isEqualTo(events);
            assertThat(
                            number(
                                    "SELECT count(*) FROM event_store.adopted_range r, generate_series(r.first_position, r.last_position) p"))
                    .isEqualTo(events);
            assertThat(number("""
                            SELECT count(*) FROM domainevententry d JOIN event_store.event e ON e.event_id = d.eventidentifier
                            WHERE event_store.adopted_position(d.globalindex) <> e.position
                            """)).isZero();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
