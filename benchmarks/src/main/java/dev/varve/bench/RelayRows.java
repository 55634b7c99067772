package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.NewMessage;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.outbox.FailurePolicy;
import dev.varve.outbox.MessageLog;
import dev.varve.outbox.MessageTail;
import dev.varve.outbox.Relay;
import dev.varve.outbox.RelaySettings;
import dev.varve.outbox.Retention;
import dev.varve.outbox.Sinks;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.Subscription;
import dev.varve.outbox.SubscriptionFilter;
import dev.varve.outbox.Subscriptions;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** The relay with a sink that costs nothing: what it adds, and what must not slow it. */
final class RelayRows {

    private static final byte[] JSON = BenchEvent.JSON.getBytes(StandardCharsets.UTF_8);
    private static final int DRAINED = 200_000;
    private static final int KEYS = 1_000;
    private static final long SECOND = 1_000_000_000L;

    private final Run run;

    RelayRows(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        latency("commit to sink call at 1,000/s", false);
        latency("the same beside an open write transaction", true);
        drain("drain beside a held snapshot", true, 0, 0.9);
        drain("drain with a poison key among 1,000", false, 1, 0.95);
        retention();
    }

    private boolean isWanted(String what) {
        return run.only().matcher(what).find();
    }

    private void latency(String what, boolean openTransaction) throws Exception {
        if (!isWanted(what)) {
            return;
        }
        List<Double> halves = new ArrayList<>();
        List<Double> tails = new ArrayList<>();
        for (int round = 0; round <= run.rounds(); round++) {
            List<Double> millis = delays(openTransaction);
            if (round > 0) {
                halves.add(Rounds.quantile(millis, 0.5));
                tails.add(Rounds.quantile(millis, 0.99));
            }
        }
        alone(what + ", p50", "ms", Rounds.median(halves), new Goal.AtMost(3));
        alone(what + ", p99", "ms", Rounds.median(tails), new Goal.AtMost(15));
    }

    private void alone(String what, String unit, double figure, Goal goal) {
        run.report().add(new Row(what, unit, "", figure, Double.NaN, goal));
    }

    /** From when the writer knows of its commit to when the sink is called, 0 where the sink was first. */
    private List<Double> delays(boolean openTransaction) throws Exception {
        CountingSink sink = new CountingSink(true);
        LogSignals signals = new LogSignals();
        Map<String, Long> durableAt = new ConcurrentHashMap<>();
        try (HikariDataSource pool = run.server().newDatabase(12);
                Connection other = pool.getConnection();
                PostgresEventLog log = new PostgresEventLog(pool, AppendSettings.defaults(), signals);
                Node node = new Node(pool, signals, sink)) {
            if (openTransaction) {
                write(other);
            }
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                long start = System.nanoTime();
                long count = run.duration().toMillis();
                for (long n = 0; n < count; n++) {
                    LockSupport.parkNanos(start + n * 1_000_000 - System.nanoTime());
                    callers.execute(() -> {
                        String key = UUID.randomUUID().toString();
                        log.append(append(key));
                        durableAt.put(key, System.nanoTime());
                    });
                }
            }
            node.await(durableAt.size());
        }
        List<Double> millis = new ArrayList<>();
        durableAt.forEach((key, durable) ->
                millis.add(Math.max(0, sink.calledAt().getOrDefault(key, Long.MAX_VALUE) - durable) / 1e6));
        return millis;
    }

    /** An unrelated transaction that has written and does not end. */
    private static void write(Connection other) throws SQLException {
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.execute("CREATE TABLE unrelated (n int)");
            statement.execute("INSERT INTO unrelated VALUES (1)");
        }
    }

    private static Append append(String key) {
        String id = UUID.randomUUID().toString();
        NewMessage message = new NewMessage(
                NewMessage.idOf(id, 0), "bench.account", key, "dev.varve.bench.amount-booked.v1", JSON, Map.of());
        return Append.of(List.of(new NewEvent(
                id, "Account", key, 0, BenchEvent.TYPE, "1", Instant.now(), JSON, JSON, List.of(message))));
    }

    /** Compares a drain with the same one without the disturbance. */
    private void drain(String what, boolean heldSnapshot, int poison, double atLeast) throws Exception {
        if (!isWanted(what)) {
            return;
        }
        Map<String, Double> rates = new Rounds(run.rounds())
                .with("undisturbed", () -> drained(false, 0))
                .with("disturbed", () -> drained(heldSnapshot, poison))
                .medians();
        run.report()
                .add(new Row(
                        what,
                        "messages/s",
                        "undisturbed",
                        rates.getOrDefault("disturbed", 0.0),
                        rates.getOrDefault("undisturbed", 0.0),
                        new Goal.RatioAtLeast(atLeast)));
    }

    private double drained(boolean heldSnapshot, int poison) throws Exception {
        CountingSink sink = new CountingSink(false);
        try (HikariDataSource pool = run.server().newDatabase(8);
                Connection held = pool.getConnection()) {
            fill(pool, DRAINED, poison);
            if (heldSnapshot) {
                held.setAutoCommit(false);
                held.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                execute(held, "SELECT count(*) FROM outbox.delivery");
            }
            long wanted = DRAINED - (long) poison * DRAINED / KEYS;
            long start = System.nanoTime();
            try (Node node = new Node(pool, new LogSignals(), sink)) {
                node.await(wanted);
                return wanted * (double) SECOND / (System.nanoTime() - start);
            }
        }
    }

    private static void fill(HikariDataSource pool, long messages, int poison) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            execute(connection, """
                    INSERT INTO outbox.message
                        (position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers)
                    SELECT n, gen_random_uuid(), 'bench.account',
                           CASE WHEN n %% %d < %d THEN 'poison-' ELSE 'account-' END || n %% %d,
                           'dev.varve.bench.amount-booked.v1', '%s', now() - interval '1 day', n, '{}'
                    FROM generate_series(1, %d) AS n
                    """.formatted(KEYS, poison, KEYS, BenchEvent.JSON, messages));
        }
    }

    private void retention() throws Exception {
        String what = "drop 1,000,000 messages by retention";
        if (!isWanted(what)) {
            return;
        }
        try (HikariDataSource pool = run.server().newDatabase(4)) {
            try (Connection connection = pool.getConnection()) {
                execute(connection, """
                        DO $$
                        DECLARE p regclass;
                        BEGIN
                            FOR p IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'outbox.message'::regclass LOOP
                                EXECUTE 'DROP TABLE ' || p;
                            END LOOP;
                            PERFORM outbox.make_partition(1, 1000000), outbox.make_partition(1000001, 1000000);
                        END
                        $$
                        """);
            }
            fill(pool, 1_000_010, 0);
            try (Retention retention = new Retention(pool, Duration.ofHours(1))) {
                long start = System.nanoTime();
                int dropped = retention.drop();
                double millis = (System.nanoTime() - start) / 1e6;
                if (dropped != 1) {
                    throw new IllegalStateException("%d partitions were dropped instead of 1".formatted(dropped));
                }
                alone(what, "ms", millis, new Goal.AtMost(500));
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A node with one subscription to everything. */
    private static final class Node implements AutoCloseable {

        private final MessageTail tail;
        private final Relay relay;
        private final CountingSink sink;

        Node(HikariDataSource pool, LogSignals signals, CountingSink sink) {
            this.sink = sink;
            MessageLog messages = new MessageLog(pool);
            new Subscriptions(pool, messages)
                    .add(
                            new Subscription(
                                    "bench",
                                    sink.kind(),
                                    Map.of(),
                                    Map.of(),
                                    SubscriptionFilter.EVERYTHING,
                                    FailurePolicy.DEFAULT),
                            new StartPosition.Beginning(),
                            "bench");
            tail = new MessageTail(messages, signals, Duration.ofMillis(100));
            relay = new Relay("bench", pool, tail, new Sinks(List.of(sink)), RelaySettings.DEFAULT);
            relay.start();
        }

        void await(long messages) throws TimeoutException {
            long end = System.nanoTime() + 120 * SECOND;
            while (sink.taken() < messages) {
                if (System.nanoTime() - end > 0) {
                    throw new TimeoutException("%d of %d messages came".formatted(sink.taken(), messages));
                }
                LockSupport.parkNanos(500_000);
            }
        }

        @Override
        public void close() {
            relay.close();
            tail.close();
        }
    }
}
