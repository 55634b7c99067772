package dev.varve.eventstore.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.eventstore.watch.LogWait.Cause;
import dev.varve.testkit.TestDatabase;
import dev.varve.testkit.faults.PostgresProxy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchdogIT {

    private static final Duration LIMIT = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestDatabase database = TestDatabase.migrated();
    private final HikariDataSource pool = pool(database.dataSource());
    private final LogSignals signals = new LogSignals();
    private final PostgresEventLog log = new PostgresEventLog(pool, AppendSettings.defaults(), signals);
    private final Watchdog watchdog = new Watchdog(log, pool, LIMIT, Clock.systemUTC());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        watchdog.close();
        log.close();
        pool.close();
    }

    @Test
    void a_transaction_that_holds_the_log_is_named_once() throws Exception {
        new LogMetrics(log, signals, watchdog, () -> ObservationRegistry.NOOP).bindTo(meters);
        watchdog.start();
        try (Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SET application_name = 'nightly job'");
            statement.execute("SELECT pg_advisory_xact_lock(8608001, 1)");
            Thread caller = Thread.startVirtualThread(() -> log.append(append()));

            await().atMost(PATIENCE).until(() -> !watchdog.current().isEmpty());
            LogWait wait = watchdog.current().getFirst();
            assertThat(wait.cause()).isEqualTo(Cause.LOG_LOCK);
            assertThat(wait.session()).contains("nightly job").contains("idle in transaction");
            assertThat(wait.advice()).contains("pg_terminate_backend(" + wait.pid() + ")");
            assertThat(wait.waiting()).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> watchdog.longest().compareTo(LIMIT.multipliedBy(5)) > 0);
            assertThat(meters.get("varve.event-store.waits")
                            .tag("cause", "log_lock")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);

            holder.rollback();
            caller.join();
        }
        await().atMost(PATIENCE).until(() -> watchdog.current().isEmpty());
        assertThat(meters.get("varve.event-store.append")
                        .tag("joined", "false")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("varve.event-store.log.position").gauge().value()).isEqualTo(1);
    }

    @Test
    void a_table_lock_is_named() throws Exception {
        try (Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE event_store.event IN ACCESS EXCLUSIVE MODE");
            Thread caller = Thread.startVirtualThread(() -> log.append(append()));

            lookUntil(Cause.TABLE_LOCK);

            holder.rollback();
            caller.join();
        }
    }

    @Test
    void a_pool_without_connections_is_named() throws Exception {
        Thread caller;
        try (Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            assertThat(List.of(one, other)).doesNotHaveDuplicates();
            caller = Thread.startVirtualThread(() -> log.append(append()));

            lookUntil(Cause.CONNECTION);
        }
        caller.join();
        nothingWaits();
    }

    @Test
    void readers_that_keep_every_connection_are_named_with_the_session_they_wait_for() throws Exception {
        try (Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            statement.execute("CREATE TABLE board (line text)");
            holder.setAutoCommit(false);
            statement.execute("SET application_name = 'nightly job'");
            statement.execute("LOCK TABLE board");
            List<Thread> readers = Stream.generate(() -> Thread.startVirtualThread(this::readBoard))
                    .limit(3)
                    .toList();

            lookUntil(Cause.CONNECTION);
            lookUntil(Cause.TABLE_LOCK);
            assertThat(watchdog.current())
                    .anySatisfy(wait -> assertThat(wait.session()).contains("2 of 2 connections in use"))
                    .anySatisfy(wait -> assertThat(wait.session()).contains("nightly job", "holds board"))
                    .anySatisfy(wait -> assertThat(wait.advice())
                            .contains(
                                    "pg_cancel_backend(" + wait.pid() + ")",
                                    "pg_terminate_backend(" + wait.pid() + ")"));
            assertThat(watchdog.episodes(Cause.CONNECTION)).isEqualTo(1);

            holder.rollback();
            for (Thread reader : readers) {
                reader.join();
            }
        }
        nothingWaits();
    }

    private void readBoard() {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT FROM board");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_server_that_writes_slowly_is_named() throws Exception {
        writesWait();
        Thread caller = Thread.startVirtualThread(() -> log.append(append()));

        await().atMost(PATIENCE).until(() -> {
            watchdog.look();
            return watchdog.current().stream().anyMatch(wait -> wait.cause() == Cause.FLUSH && wait.pid() != null);
        });

        goOn();
        caller.join();
        nothingWaits();
        assertThat(watchdog.episodes(Cause.FLUSH)).isEqualTo(1);
    }

    @Test
    void a_writer_that_has_just_got_the_lock_is_no_slow_disk_unless_it_is_seen_again() throws Exception {
        writesWait();
        Thread caller;
        try (Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(8608001, 1)");
            caller = Thread.startVirtualThread(() -> log.append(append()));
            lookUntil(Cause.LOG_LOCK);
            holder.rollback();
        }

        lookUntil(Cause.FLUSH);
        assertThat(watchdog.episodes(Cause.FLUSH)).isZero();
        watchdog.look();
        assertThat(watchdog.episodes(Cause.FLUSH)).isEqualTo(1);

        goOn();
        caller.join();
        nothingWaits();
    }

    private void lookUntil(Cause cause) {
        await().atMost(PATIENCE).until(() -> {
            watchdog.look();
            return watchdog.current().stream().anyMatch(wait -> wait.cause() == cause);
        });
    }

    @Test
    void a_queue_that_grows_faster_than_it_is_written_is_named() throws Exception {
        writesTake(Duration.ofMillis(30));
        AppendSettings defaults = AppendSettings.defaults();
        AppendSettings oneByOne = new AppendSettings(
                1,
                defaults.maxBatchBytes(),
                defaults.queueCapacity(),
                defaults.queueBytes(),
                defaults.maxEventBytes(),
                defaults.writers(),
                PATIENCE);
        try (PostgresEventLog crowded = new PostgresEventLog(pool, oneByOne, signals);
                Watchdog dog = new Watchdog(crowded, pool, LIMIT, Clock.systemUTC())) {
            List<Thread> callers = IntStream.range(0, 60)
                    .mapToObj(n -> Thread.startVirtualThread(() -> crowded.append(append())))
                    .toList();

            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
                dog.look();
                return dog.current().stream().anyMatch(wait -> wait.cause() == Cause.QUEUE && wait.waiting() > 0);
            });

            for (Thread caller : callers) {
                caller.join();
            }
        }
    }

    @Test
    void a_session_that_does_not_take_an_append_is_named() throws Exception {
        doesNotTake(log -> log.append(append()));
    }

    @Test
    void a_session_that_does_not_take_what_a_reader_asks_is_named() throws Exception {
        doesNotTake(log -> log.read(0, 10));
    }

    private void doesNotTake(Consumer<PostgresEventLog> statement) throws Exception {
        try (PostgresProxy proxy = PostgresProxy.before(database.dataSource());
                HikariDataSource proxied = pool(proxy.dataSource(database.dataSource()));
                PostgresEventLog log = new PostgresEventLog(proxied, AppendSettings.defaults(), signals);
                Watchdog dog = new Watchdog(log, pool, LIMIT, Clock.systemUTC())) {
            log.append(append());
            proxy.freeze();
            Thread caller = Thread.startVirtualThread(() -> statement.accept(log));
            await().atMost(PATIENCE).until(() -> {
                dog.look();
                return dog.current().stream().anyMatch(wait -> wait.cause() == Cause.BACKEND);
            });
            LogWait wait = dog.current().getFirst();
            assertThat(wait.session()).contains("idle does not answer");
            assertThat(wait.advice()).contains("kill -CONT " + wait.pid());
            try (Connection anybody = database.dataSource().getConnection()) {
                assertThat(LogWaits.longerThan(anybody, LIMIT.toMillis()))
                        .extracting(LogWait::cause, LogWait::pid, LogWait::since)
                        .containsExactly(tuple(Cause.BACKEND, wait.pid(), wait.since()));
            }

            proxy.thaw();
            caller.join();
            await().atMost(PATIENCE).untilAsserted(() -> {
                dog.look();
                assertThat(dog.current()).isEmpty();
            });
            assertThat(dog.episodes(Cause.BACKEND)).isEqualTo(1);
        }
    }

    /** Whoever was waited for may still be noted for a moment after the caller has its answer. */
    private void nothingWaits() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            watchdog.look();
            assertThat(watchdog.current()).isEmpty();
        });
    }

    private void writesTake(Duration time) throws SQLException {
        eachWrite("PERFORM pg_sleep(%s);".formatted(time.toMillis() / 1e3));
    }

    /** Until they are told to {@link #goOn}. */
    private void writesWait() throws SQLException {
        execute("CREATE TABLE public.gone_on (at timestamptz)");
        eachWrite("WHILE NOT EXISTS (SELECT FROM public.gone_on) LOOP PERFORM pg_sleep(0.05); END LOOP;");
    }

    private void goOn() throws SQLException {
        execute("INSERT INTO public.gone_on VALUES (now())");
    }

    private void eachWrite(String first) throws SQLException {
        execute("""
                CREATE FUNCTION event_store.dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN %s RETURN NULL; END $$
                """.formatted(first));
        execute("CREATE TRIGGER dawdle AFTER INSERT ON event_store.event FOR EACH STATEMENT"
                + " EXECUTE FUNCTION event_store.dawdle()");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static HikariDataSource pool(DataSource database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database);
        config.setMaximumPoolSize(2);
        return new HikariDataSource(config);
    }

    private static Append append() {
        String id = UUID.randomUUID().toString();
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        return Append.of(List.of(new NewEvent(
                id, "thing", id, 0, "thing.happened", "1", Instant.parse("2026-03-01T12:00:00Z"), json, json)));
    }
}
