package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Two nodes on one database that tell each other of new events. */
@Timeout(120)
class WakeUpsIT {

    private final TestDatabase database = TestDatabase.migrated();
    private final Node writer = new Node();
    private final Node reader = new Node();

    /** What of a node matters here. */
    private final class Node implements AutoCloseable {

        final HikariDataSource pool = pool();
        final LogSignals signals = new LogSignals();
        final PostgresEventLog log = new PostgresEventLog(pool, AppendSettings.defaults(), signals);
        final WakeUps wakeUps = new WakeUps(pool, signals);
        final Semaphore woken = new Semaphore(0);

        Node() {
            signals.onGrowth(woken::release);
        }

        @Override
        public void close() {
            wakeUps.close();
            log.close();
            pool.close();
        }
    }

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(2);
        return new HikariDataSource(config);
    }

    @BeforeEach
    void start() {
        writer.wakeUps.start();
        reader.wakeUps.start();
        await().until(() -> writer.wakeUps.listening() && reader.wakeUps.listening());
        // The first wake-up is a node's own, for what happened before it listened.
        await().until(() -> reader.woken.tryAcquire());
    }

    @AfterEach
    void close() {
        long started = System.nanoTime();
        writer.close();
        reader.close();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void an_idle_node_hears_of_each_append_within_milliseconds() throws Exception {
        List<Long> delays = new ArrayList<>();
        for (int n = 0; n < 50; n++) {
            reader.woken.drainPermits();
            writer.log.append(append("stream-" + n, 0, 1));
            long written = System.nanoTime();
            assertThat(reader.woken.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            delays.add(System.nanoTime() - written);
            // A pause, so that each is the first after one.
            assertThat(reader.woken.tryAcquire(30, TimeUnit.MILLISECONDS)).isFalse();
        }
        delays.sort(null);
        assertThat(Duration.ofNanos(delays.get(25))).isLessThan(Duration.ofMillis(250));
    }

    @Test
    void many_appends_are_told_in_few_words() throws Exception {
        reader.woken.drainPermits();
        long started = System.nanoTime();
        for (int n = 0; n < 500; n++) {
            writer.log.append(append("stream-" + n, 0, 1));
        }
        long intervals = Duration.ofNanos(System.nanoTime() - started).toMillis() / 10;

        assertThat(reader.woken.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        assertThat((long) reader.woken.availablePermits()).isLessThan(intervals + 2);
    }

    @Test
    void an_append_that_joined_a_transaction_is_told_after_its_commit() throws Exception {
        AtomicInteger before = new AtomicInteger();
        new TransactionTemplate(new DataSourceTransactionManager(writer.pool)).executeWithoutResult(status -> {
            writer.log.append(append("joined", 0, 1));
            before.set(reader.woken.drainPermits());
        });

        assertThat(before).hasValue(0);
        assertThat(reader.woken.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_node_that_is_alone_says_nothing() throws Exception {
        reader.wakeUps.close();
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            await().until(() -> listening(statement) == 1);
            statement.execute("LISTEN varve_log");
            PGConnection ears = other.unwrap(PGConnection.class);
            // Who is there is counted once a second.
            await().until(() -> {
                writer.log.append(append("stream-" + System.nanoTime(), 0, 1));
                return ears.getNotifications(1_000).length == 0;
            });
            for (int n = 0; n < 50; n++) {
                writer.log.append(append("stream-" + n, 0, 1));
            }
            assertThat(ears.getNotifications(200)).isEmpty();
        }
    }

    @Test
    void sessions_that_are_killed_are_replaced_and_nothing_is_missed() throws Exception {
        writer.log.append(append("before", 0, 1));
        assertThat(reader.woken.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        reader.woken.drainPermits();

        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                      AND (application_name = 'varve-listen' OR query LIKE '%pg_notify%')
                    """);
        }
        writer.log.append(append("meanwhile", 0, 1));

        // Either it is told, or it looks when it listens again.
        assertThat(reader.woken.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        await().until(() -> reader.wakeUps.listening() && writer.wakeUps.listening());
        await().ignoreExceptions().untilAsserted(() -> {
            reader.woken.drainPermits();
            writer.log.append(append("after-" + System.nanoTime(), 0, 1));
            assertThat(reader.woken.tryAcquire(1, TimeUnit.SECONDS)).isTrue();
        });
    }

    private static int listening(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("""
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'varve-listen'
                """)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
