package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.outbox.CheckpointingSink.Checkpoint;
import dev.varve.outbox.Delivery.Refused;
import dev.varve.outbox.Delivery.Throttled;
import dev.varve.outbox.Delivery.Unavailable;
import dev.varve.outbox.FailurePolicy.OnRefusal;
import dev.varve.outbox.Leases.Lease;
import dev.varve.outbox.MessageTail.Newest;
import dev.varve.outbox.Progress.Changes;
import dev.varve.outbox.Progress.State;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class RelayIT {

    private static final FailurePolicy PARK = new FailurePolicy(OnRefusal.PARK, 2);

    private Outbox outbox;
    private final RecordingSink sink = new RecordingSink();

    @BeforeAll
    static void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
    }

    @BeforeEach
    void open() {
        outbox = new Outbox();
    }

    @AfterEach
    void close() {
        outbox.close();
    }

    private SubscriptionStatus status() {
        return outbox.subscriptions.status("weather");
    }

    private int execute(String sql) throws SQLException {
        try (Connection connection = outbox.dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static List<Long> upTo(long head) {
        return LongStream.rangeClosed(1, head).boxed().toList();
    }

    @Nested
    class After_a_standby_took_over_that_had_less {

        @ParameterizedTest
        @ValueSource(ints = {1, 5})
        void what_is_written_in_the_place_of_what_was_lost_is_delivered(int more) {
            outbox.subscribe("weather", PARK);
            outbox.node(sink);
            outbox.write(Collections.nCopies(10, "place"));
            await().until(() -> status().position() == 10);

            outbox.lose(7);
            outbox.write(Collections.nCopies(more, "another"));

            await().until(() -> sink.positionsOf("another").size() >= more);
            assertThat(sink.positionsOf("another"))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(8, 7 + more).boxed().toList());
            await().until(() -> status().position() == 7 + more);
        }

        @Test
        void no_checkpoint_is_stored_of_what_was_read_before() {
            outbox.subscribe("weather", PARK);
            outbox.write(Collections.nCopies(10, "place"));
            Newest read = Objects.requireNonNull(outbox.messages.newest());
            Lease lease = new Leases(outbox.dataSource, "node", Duration.ofSeconds(20))
                    .take()
                    .orElseThrow()
                    .lease();
            Progress progress = new Progress(new Sql(outbox.dataSource));
            assertThat(progress.save(lease, read, stateAt(7), Changes.NONE)).isTrue();

            outbox.lose(7);
            outbox.write(Collections.nCopies(5, "another"));

            assertThat(progress.save(lease, read, stateAt(10), Changes.NONE)).isFalse();
            assertThat(status().position()).isEqualTo(7);
            assertThat(progress.save(lease, outbox.messages.newest(), stateAt(12), Changes.NONE))
                    .isTrue();
        }

        @Test
        void a_sink_that_keeps_its_checkpoint_misses_nothing() {
            AtomicReference<@Nullable Checkpoint> kept = new AtomicReference<>();
            outbox.subscribe("weather", PARK);
            outbox.node(keeping(kept));
            outbox.write(Collections.nCopies(10, "place"));
            await().until(() -> status().position() == 10);

            outbox.lose(7);
            outbox.write(Collections.nCopies(5, "another"));

            await().until(() -> sink.positionsOf("another").size() >= 5);
            assertThat(sink.positionsOf("another")).containsExactly(8L, 9L, 10L, 11L, 12L);
            await().until(() -> Objects.requireNonNull(kept.get()).position() == 12);
            assertThat(kept.get()).isEqualTo(new Checkpoint(12, outbox.messages.place(12)));
        }

        private SinkFactory keeping(AtomicReference<@Nullable Checkpoint> kept) {
            return new SinkFactory() {
                @Override
                public String kind() {
                    return sink.kind();
                }

                @Override
                public List<String> violations(SinkSettings settings) {
                    return sink.violations(settings);
                }

                @Override
                public Sink open(SinkSettings settings) {
                    Sink opened = sink.open(settings);
                    return new CheckpointingSink() {
                        @Override
                        public Optional<Checkpoint> checkpoint() {
                            return Optional.ofNullable(kept.get());
                        }

                        @Override
                        public CompletionStage<Delivery> deliver(Message message) {
                            return opened.deliver(message);
                        }

                        @Override
                        public Delivery commit(Checkpoint checkpoint) {
                            kept.set(checkpoint);
                            return Delivery.DELIVERED;
                        }

                        @Override
                        public void close() {
                            opened.close();
                        }
                    };
                }
            };
        }

        private State stateAt(long position) {
            return new State(position, PositionRanges.NONE, null, false);
        }
    }

    @Test
    void a_lease_stays_when_the_pool_leaves_commits_to_others() {
        outbox.subscribe("weather", PARK);
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setDataSource(outbox.dataSource);
            pool.setAutoCommit(false);

            assertThat(new Leases(pool, "node", Duration.ofSeconds(20)).take()).isPresent();
        }
        assertThat(new Leases(outbox.dataSource, "another", Duration.ofSeconds(20)).take())
                .isEmpty();
    }

    @Nested
    class Delivering {

        @Test
        void every_message_arrives_in_the_order_of_its_key() {
            outbox.subscribe("weather", PARK);
            outbox.write(
                    IntStream.range(0, 3_000).mapToObj(n -> "place-" + n % 7).toList());
            outbox.node(sink);
            outbox.write(
                    IntStream.range(0, 3_000).mapToObj(n -> "place-" + n % 5).toList());

            await().until(() -> sink.taken().size() >= 6_000);
            assertThat(sink.positions()).containsExactlyInAnyOrderElementsOf(upTo(6_000));
            assertThat(sink.byKey().values())
                    .allSatisfy(positions -> assertThat(positions).isSorted());
            await().until(() -> status().position() == 6_000);
            assertThat(status().behind()).isZero();
        }

        @Test
        void a_slow_consumer_gets_one_message_of_a_key_at_a_time() {
            var underWay = new ConcurrentHashMap<String, AtomicInteger>();
            var overlaps = new ConcurrentLinkedQueue<Long>();
            sink.consume(message -> {
                var count = underWay.computeIfAbsent(message.key(), key -> new AtomicInteger());
                if (count.incrementAndGet() > 1) {
                    overlaps.add(message.position());
                }
                return CompletableFuture.supplyAsync(
                        () -> {
                            count.decrementAndGet();
                            return sink.answer(message);
                        },
                        CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS));
            });
            outbox.subscribe("weather", PARK);
            outbox.node(sink);
            outbox.write(
                    IntStream.range(0, 500).mapToObj(n -> "place-" + n % 50).toList());

            await().until(() -> sink.taken().size() >= 500);
            assertThat(overlaps).isEmpty();
            assertThat(sink.byKey().values())
                    .allSatisfy(positions -> assertThat(positions).isSorted());
        }

        @Test
        void of_a_long_backlog_only_a_window_is_in_memory() {
            var settings = new RelaySettings(
                    Outbox.QUICK.lease(),
                    Outbox.QUICK.saveInterval(),
                    100_000,
                    1_000,
                    Outbox.QUICK.windowBytes(),
                    Outbox.QUICK.deliveryTimeout(),
                    Outbox.QUICK.drainTimeout(),
                    Outbox.QUICK.refusal(),
                    Outbox.QUICK.outage(),
                    Outbox.QUICK.connections());
            var handedOver = new ConcurrentLinkedQueue<Runnable>();
            sink.consume(message -> {
                var answer = new CompletableFuture<Delivery>();
                handedOver.add(() -> answer.complete(sink.answer(message)));
                return answer;
            });
            outbox.subscribe("weather", PARK);
            outbox.write(IntStream.range(0, 10_000).mapToObj(n -> "place-" + n).toList());
            outbox.node(settings, sink);

            await().until(() -> handedOver.size() >= 1_000);
            assertThat(handedOver.size())
                    .as("a window and the page that filled it")
                    .isLessThanOrEqualTo(3_000);
            sink.consume(message -> CompletableFuture.completedFuture(sink.answer(message)));
            handedOver.forEach(Runnable::run);
            await().until(() -> status().position() == 10_000);
            assertThat(sink.positions()).containsExactlyInAnyOrderElementsOf(upTo(10_000));
        }

        @Test
        void goes_on_when_all_its_sessions_were_ended() throws SQLException {
            outbox.subscribe("weather", PARK);
            outbox.node(sink);
            outbox.write("a");
            await().until(() -> status().position() == 1);

            endAllOtherSessions();
            outbox.write("a");

            // The test asks through the same pool, so it too may be given a session that was ended.
            await().ignoreException(OutboxException.class).until(() -> status().position() == 2);
            assertThat(sink.positions()).containsExactly(1L, 2L);
        }

        private void endAllOtherSessions() throws SQLException {
            try (Connection connection = outbox.dataSource.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("""
                            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                            WHERE datname = current_database() AND pid <> pg_backend_pid()
                            """)) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isPositive();
            }
        }

        @Test
        void a_filter_keeps_what_is_not_wanted() {
            outbox.subscriptions.add(
                    new Subscription(
                            "other",
                            "recording",
                            Map.of(),
                            Map.of(),
                            new SubscriptionFilter(Set.of(), Set.of("trading")),
                            PARK),
                    new StartPosition.Beginning(),
                    null,
                    "test");
            outbox.node(sink);
            outbox.write("a", "b", "c");

            await().until(() -> outbox.subscriptions.status("other").position() == 3);
            assertThat(sink.taken()).isEmpty();
        }

        @Test
        void goes_on_beside_a_subscription_that_cannot_be_read() throws SQLException {
            outbox.subscribe("a-broken-one", PARK);
            outbox.subscribe("weather", PARK);
            assertThat(execute("UPDATE outbox.subscription SET settings = '{\"url\": {}}' WHERE name = 'a-broken-one'"))
                    .isEqualTo(1);

            outbox.node(sink);
            outbox.write("a");

            await().until(() -> status().position() == 1);
        }

        @Test
        @ExtendWith(OutputCaptureExtension.class)
        void says_once_of_a_subscription_that_it_cannot_be_read(CapturedOutput log) throws SQLException {
            outbox.subscribe("weather", PARK);
            execute("UPDATE outbox.subscription SET secrets = '{\"secret\": {\"a\": \"whsec\"}}'");
            outbox.node(sink);
            outbox.write("a");
            await().until(() -> execute("UPDATE outbox.delivery SET epoch = epoch WHERE epoch > 3") == 1);

            assertThat(outbox.subscriptions.all())
                    .extracting(SubscriptionStatus::name, SubscriptionStatus::trouble)
                    .containsExactly(tuple(
                            "weather", "subscription 'weather' cannot be read: secrets must be an object of texts"));
            execute("UPDATE outbox.subscription SET secrets = '{}'");
            await().until(() -> status().position() == 1);

            assertThat(status().trouble()).isNull();
            String logger = " d.varve.outbox.Relay ";
            assertThat(log.getOut().lines().filter(line -> line.contains(logger)))
                    .hasSize(2)
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .endsWith("ERROR" + logger
                                            + "a subscription is not delivered subscription=weather reason=subscription"
                                            + " 'weather' cannot be read: secrets must be an object of texts"),
                            line -> assertThat(line)
                                    .endsWith("INFO " + logger
                                            + "a subscription can be read again subscription=weather"));
            assertThat(log).doesNotContain("\tat dev.varve.outbox.Subscriptions");
        }
    }

    @Nested
    class A_sink_that_is_down {

        @Test
        void gets_everything_once_it_is_back_and_no_attempt_is_counted() {
            var down = new AtomicInteger(20);
            sink.answer(message -> down.getAndDecrement() > 0 ? new Unavailable("maintenance") : Delivery.DELIVERED);
            outbox.subscribe("weather", new FailurePolicy(OnRefusal.PARK, 1));
            outbox.node(sink);
            outbox.write("a", "b", "a", "c", "a");

            await().until(() -> sink.taken().size() >= 5);
            assertThat(sink.positions()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L);
            assertThat(sink.positionsOf("a")).containsExactly(1L, 3L, 5L);
            assertThat(status().parkedKeys()).isZero();
        }

        @Test
        void shows_its_trouble_until_it_is_over() {
            sink.answer(message -> new Unavailable("maintenance"));
            outbox.subscribe("weather", PARK);
            outbox.node(sink);
            outbox.write("a");

            await().until(() -> "maintenance".equals(status().trouble()));
            assertThat(status().oldestUndelivered()).isNotNull();
            sink.answer(message -> Delivery.DELIVERED);
            await().until(() -> status().trouble() == null && status().position() == 1);
        }

        @Test
        void is_paused_when_it_failed_too_long_and_counts_anew_after_it_was_resumed() throws SQLException {
            sink.answer(message -> new Unavailable("maintenance"));
            sink.pauseAfter(Duration.ofHours(1));
            outbox.subscribe("weather", PARK);
            outbox.node(sink);
            outbox.write("a");
            await().until(() -> "maintenance".equals(status().trouble()));
            assertThat(status().paused()).isFalse();

            longAgo();
            await().until(() -> status().paused());
            assertThat(status().pausedReason()).isEqualTo("the endpoint failed for PT1H");

            await().until(() -> status().owner() == null);
            outbox.subscriptions.resume("weather", null, "test");
            await().until(() -> "maintenance".equals(status().trouble()));
            assertThat(status().paused()).isFalse();
        }

        @Test
        void has_its_failures_counted_from_the_first_over_all_nodes() throws SQLException {
            sink.answer(message -> new Unavailable("maintenance"));
            outbox.subscribe("weather", PARK);
            Relay first = outbox.node(sink);
            outbox.write("a");
            await().until(() -> "maintenance".equals(status().trouble()));
            first.close();
            longAgo();

            sink.pauseAfter(Duration.ofHours(1));
            outbox.node(sink);
            await().until(() -> status().paused());
        }

        @Test
        void has_its_failures_forgotten_with_the_first_success() throws SQLException {
            sink.answer(message -> new Unavailable("maintenance"));
            outbox.subscribe("weather", PARK);
            outbox.node(sink);
            outbox.write("a");
            await().until(() -> failingSince() != null);

            sink.answer(message -> Delivery.DELIVERED);
            await().until(() -> failingSince() == null);
        }

        private void longAgo() throws SQLException {
            assertThat(execute("UPDATE outbox.delivery SET failing_since = failing_since - interval '2 hours'"))
                    .isEqualTo(1);
        }

        private @Nullable String failingSince() throws SQLException {
            try (Connection connection = outbox.dataSource.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT failing_since FROM outbox.delivery")) {
                row.next();
                return row.getString(1);
            }
        }

        @Test
        void may_ask_to_go_slower() {
            var first = new AtomicInteger();
            sink.answer(message ->
                    first.getAndIncrement() == 0 ? new Throttled(Duration.ofMillis(200)) : Delivery.DELIVERED);
            outbox.subscribe("weather", new FailurePolicy(OnRefusal.PARK, 1));
            outbox.node(sink);
            outbox.write("a", "a");

            await().until(() -> sink.taken().size() >= 2);
            assertThat(sink.positions()).containsExactly(1L, 2L);
        }
    }

    @Nested
    class A_refused_message {

        @Test
        void parks_its_key_and_lets_the_others_go_on() {
            sink.answer(message -> message.position() == 2 ? new Refused("too large") : Delivery.DELIVERED);
            outbox.subscribe("weather", PARK);
            outbox.node(sink);
            outbox.write("a", "b", "a", "b", "c");
            outbox.write("b", "a");

            await().until(() -> status().position() == 7);
            assertThat(sink.positions()).containsExactlyInAnyOrder(1L, 3L, 5L, 7L);
            assertThat(status().parkedKeys()).isEqualTo(1);
            assertThat(status().parkedMessages()).isEqualTo(3);
        }

        @Test
        void is_tried_as_often_as_the_policy_says() {
            var attempts = new AtomicInteger();
            sink.answer(message -> {
                attempts.incrementAndGet();
                return new Refused("not today");
            });
            outbox.subscribe("weather", new FailurePolicy(OnRefusal.PARK, 3));
            outbox.node(sink);
            outbox.write("a");

            await().until(() -> status().parkedKeys() == 1);
            assertThat(attempts).hasValue(3);
        }

        @Test
        void is_skipped_where_the_policy_says_so() {
            sink.answer(message -> message.position() == 2 ? new Refused("too large") : Delivery.DELIVERED);
            outbox.subscribe("weather", new FailurePolicy(OnRefusal.SKIP, 1));
            outbox.node(sink);
            outbox.write("a", "a", "a");

            await().until(() -> status().position() == 3);
            assertThat(sink.positions()).containsExactly(1L, 3L);
            assertThat(status().skippedMessages()).isEqualTo(1);
        }

        @Test
        void holds_everything_where_the_policy_says_so() {
            var stubborn = new AtomicInteger(1);
            sink.answer(message ->
                    message.position() == 2 && stubborn.get() == 1 ? new Refused("too large") : Delivery.DELIVERED);
            outbox.subscribe("weather", new FailurePolicy(OnRefusal.BLOCK, 1));
            outbox.write("a", "a");
            outbox.node(sink);
            await().until(() -> "blocked: too large".equals(status().trouble()));
            outbox.write("b", "c");
            outbox.write("a");
            assertThat(sink.positions()).containsExactly(1L);

            stubborn.set(0);
            await().until(() -> status().position() == 5 && status().trouble() == null);
            assertThat(sink.positionsOf("a")).containsExactly(1L, 2L, 5L);
        }
    }

    @Nested
    class Several_nodes {

        @Test
        void share_the_subscriptions_evenly() {
            for (int n = 1; n <= 5; n++) {
                outbox.subscribe("weather-" + n, PARK);
            }
            outbox.node(sink);
            await().until(() -> owned("node-1") == 5);
            outbox.node(sink);
            await().until(() -> owned("node-1") == 3 && owned("node-2") == 2);
        }

        private long owned(String node) {
            return outbox.subscriptions.all().stream()
                    .filter(subscription -> node.equals(subscription.owner()))
                    .count();
        }

        @Test
        void take_over_from_one_that_fell_silent_once_its_lease_has_run_out() {
            Duration lease = RelaySettings.DEFAULT.lease();
            outbox.subscribe("weather", PARK);
            Leases silent = new Leases(outbox.dataSource, "a-node", lease);
            assertThat(silent.nodes()).containsExactly("a-node");
            long before = System.nanoTime();
            assertThat(silent.take()).isPresent();

            outbox.node(RelaySettings.DEFAULT, sink);
            outbox.write("a");

            await().until(() -> sink.taken().size() == 1);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(lease);
            assertThat(lease.plus(RelaySettings.DEFAULT.renewInterval()))
                    .as("the longest it takes")
                    .isLessThan(Duration.ofSeconds(3));
        }

        @Test
        void keep_what_they_deliver_however_long_the_sink_takes_and_hold_up_nobody_meanwhile() throws SQLException {
            var late = new CompletableFuture<Delivery>();
            sink.consume(message -> message.key().equals("slow")
                    ? late.thenApply(answer -> sink.answer(message))
                    : CompletableFuture.completedFuture(sink.answer(message)));
            outbox.subscribe("weather", PARK);
            outbox.node(sink);
            outbox.write("slow", "slow", "a");
            await().until(() -> sink.positions().equals(List.of(3L)));
            outbox.node(sink);

            Duration longerThanTheLease = Outbox.QUICK.lease().multipliedBy(2);
            await().during(longerThanTheLease).until(() -> owned("node-1") == 1 && !aTransactionWaits());
            outbox.write("b");
            await().until(() -> sink.positions().equals(List.of(3L, 4L)));
            late.complete(Delivery.DELIVERED);

            await().until(() -> status().position() == 4);
            assertThat(sink.positions()).containsExactly(3L, 4L, 1L, 2L);
        }

        private boolean aTransactionWaits() throws SQLException {
            try (Connection connection = outbox.dataSource.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("""
                            SELECT FROM pg_stat_activity
                            WHERE datname = current_database() AND state LIKE 'idle in transaction%'
                              AND state_change < clock_timestamp() - interval '500 ms'
                            """)) {
                return rows.next();
            }
        }

        @Test
        void hand_over_without_a_gap_or_a_duplicate() throws Exception {
            var answers = new ConcurrentLinkedQueue<Runnable>();
            sink.consume(message -> {
                var answer = new CompletableFuture<Delivery>();
                if (message.key().equals("slow")) {
                    answers.add(() -> answer.complete(sink.answer(message)));
                } else {
                    answer.complete(sink.answer(message));
                }
                return answer;
            });
            outbox.subscribe("weather", PARK);
            Relay first = outbox.node(sink);
            outbox.write("slow", "a", "slow", "b", "a", "slow");
            await().until(() -> sink.taken().size() == 3 && answers.size() == 1);

            // The first of the slow ones is under way and is waited for; the others of its key are not handed over.
            var closing = Thread.ofPlatform().start(first::close);
            await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
            answers.remove().run();
            closing.join();
            assertThat(sink.positions()).containsExactlyInAnyOrder(2L, 4L, 5L, 1L);
            assertThat(status().owner()).isNull();
            assertThat(status().position()).isEqualTo(2);

            sink.consume(message -> CompletableFuture.completedFuture(sink.answer(message)));
            outbox.node(sink);
            await().until(() -> status().position() == 6);
            assertThat(sink.positions()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(sink.positionsOf("slow")).containsExactly(1L, 3L, 6L);
        }
    }
}
