package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.NewMessage;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.outbox.FailurePolicy.OnRefusal;
import dev.varve.testkit.TestDatabase;
import dev.varve.testkit.faults.NodeProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sixteen writers, some of whose transactions roll back, a snapshot that is held throughout, and three relays as
 * processes. {@code -Dvarve.completeness.seconds} makes it longer.
 */
class CompletenessIT {

    private static final int WRITERS = 16;
    private static final int KEYS = 40;
    private static final int SECONDS = Integer.getInteger("varve.completeness.seconds", 8);
    private static final long SEED = Long.getLong("varve.completeness.seed", System.nanoTime());

    @TempDir
    private Path folder;

    private final TestDatabase database = TestDatabase.migrated();
    private final HikariDataSource dataSource = new HikariDataSource();
    private final AtomicInteger names = new AtomicInteger();
    private final AtomicBoolean writing = new AtomicBoolean(true);
    private Subscriptions subscriptions;

    @BeforeEach
    void open() throws SQLException {
        dataSource.setDataSource(database.dataSource());
        dataSource.setMaximumPoolSize(24);
        subscriptions = new Subscriptions(dataSource, new MessageLog(dataSource));
        execute("CREATE TABLE received (seq bigserial, subscription text, position bigint, key text, node text)");
        for (String name : List.of("one", "two", "three")) {
            subscriptions.add(
                    new Subscription(
                            name,
                            "recording",
                            Map.of(),
                            Map.of(),
                            SubscriptionFilter.EVERYTHING,
                            new FailurePolicy(OnRefusal.PARK, 2)),
                    new StartPosition.Beginning(),
                    null,
                    "test");
        }
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    @Test
    void nothing_is_lost_or_out_of_order_when_relays_are_killed_and_sinks_fail() throws Exception {
        run(true);
        assertNothingLostOrOutOfOrder();
    }

    @Test
    void nothing_comes_twice_when_nodes_join_and_leave_in_order() throws Exception {
        run(false);
        assertNothingLostOrOutOfOrder();
        assertThat(number("SELECT count(*) - count(DISTINCT (subscription, position)) FROM received"))
                .as("duplicates, seed %d", SEED)
                .isZero();
    }

    private void run(boolean faults) throws Exception {
        Deque<NodeProcess> nodes = new ArrayDeque<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                PostgresEventLog log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
                Connection held = database.dataSource().getConnection()) {
            hold(held);
            for (int writer = 0; writer < WRITERS; writer++) {
                int number = writer;
                var unused = threads.submit(() -> write(log, number));
            }
            for (int node = 0; node < 3; node++) {
                nodes.add(node(faults));
            }
            Random chance = new Random(SEED);
            long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            while (System.nanoTime() - end < 0) {
                awaitSomeMore(500 + chance.nextInt(1_000));
                NodeProcess leaving = nodes.removeFirst();
                if (faults) {
                    leaving.kill();
                } else {
                    leaving.tellToLeave();
                    leaving.awaitEnd();
                }
                nodes.add(node(faults));
            }
            writing.set(false);
            threads.shutdown();
            await().atMost(Duration.ofSeconds(30)).until(threads::isTerminated);
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> number(
                                    "SELECT count(*) FROM outbox.delivery WHERE position < (SELECT max(position) FROM outbox.message)")
                            == 0);
        } finally {
            for (NodeProcess node : nodes) {
                node.tellToLeave();
            }
            nodes.forEach(NodeProcess::awaitEnd);
        }
    }

    private NodeProcess node(boolean faults) {
        String name = "node-" + names.incrementAndGet();
        return NodeProcess.start(
                name,
                RelayNode.class,
                folder.resolve(name + ".log"),
                List.of(name, database.jdbcUrl(), database.user(), database.password(), Boolean.toString(faults)));
    }

    private void awaitSomeMore(int messages) {
        long before = number("SELECT count(*) FROM received");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> number("SELECT count(*) FROM received") >= before + messages);
    }

    /** A snapshot that sees the state of the leases as it is now, and so keeps every later version of them. */
    private static void hold(Connection held) throws SQLException {
        held.setAutoCommit(false);
        held.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = held.createStatement()) {
            statement.execute("SELECT count(*) FROM outbox.delivery");
        }
    }

    private void write(PostgresEventLog log, int writer) {
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        Random chance = new Random(SEED + writer);
        for (int n = 0; writing.get(); n++) {
            Append append = append("s-" + writer + "-" + n, chance);
            if (chance.nextInt(20) == 0) {
                transaction.executeWithoutResult(status -> {
                    log.append(append);
                    status.setRollbackOnly();
                });
            } else {
                log.append(append);
            }
            // As fast as three relays on one small machine can follow.
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static Append append(String stream, Random chance) {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        String id = UUID.randomUUID().toString();
        int key = chance.nextInt(KEYS);
        NewMessage message = new NewMessage(
                NewMessage.idOf(id, 0),
                "weather.place",
                (key == 0 ? "poison-" : "place-") + key,
                Outbox.TYPE,
                json,
                Map.of());
        return Append.of(List.of(new NewEvent(
                id, "thing", stream, 0, "thing.happened", null, Instant.EPOCH, json, json, List.of(message))));
    }

    private void assertNothingLostOrOutOfOrder() {
        assertThat(number("SELECT max(position) - count(*) FROM outbox.message"))
                .as("positions that are missing")
                .isZero();
        assertThat(number("SELECT count(*) FROM outbox.message")).as("messages").isGreaterThan(1_000);
        assertThat(number("""
                        SELECT count(*) FROM outbox.message m CROSS JOIN outbox.subscription s
                        WHERE NOT EXISTS (SELECT FROM received r WHERE r.subscription = s.name AND r.position = m.position)
                          AND NOT EXISTS (SELECT FROM outbox.parked_message p
                                          WHERE p.subscription = s.name AND p.position = m.position)
                        """)).as("lost, seed %d", SEED).isZero();
        assertThat(number("""
                        SELECT count(*) FROM (
                            SELECT position - lag(position) OVER (PARTITION BY subscription, key ORDER BY seq) AS step
                            FROM (SELECT subscription, key, position, min(seq) AS seq FROM received GROUP BY 1, 2, 3) f) s
                        WHERE step < 0
                        """)).as("out of order, seed %d", SEED).isZero();
    }

    private long number(String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
