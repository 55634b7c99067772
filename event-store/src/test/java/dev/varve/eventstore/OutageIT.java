package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.append;
import static dev.varve.eventstore.Facts.fact;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import dev.varve.testkit.faults.PostgresProxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;

/** What callers of the log see while its database is away, slow, or gone with the answer. */
@Timeout(60)
class OutageIT {

    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final AppendSettings HASTY = new AppendSettings(100, 8 << 20, 1_000, 16 << 20, 4 << 20, 2, DEADLINE);
    private static final Duration LATEST = DEADLINE.plusSeconds(3);

    private final TestDatabase database = TestDatabase.migrated();
    private final PostgresProxy proxy = PostgresProxy.before(database.dataSource());
    private HikariDataSource pool;
    private PostgresEventLog log;
    private PostgresEventLog direct;

    @BeforeEach
    void open() {
        pool = pool();
        log = new PostgresEventLog(pool, HASTY, new LogSignals());
        direct = new PostgresEventLog(database.dataSource(), AppendSettings.defaults(), new LogSignals());
        log.append(append("before", 0, 1));
    }

    private HikariDataSource pool() {
        HikariDataSource young = new HikariDataSource();
        young.setDataSource(proxy.dataSource(database.dataSource()));
        young.setMaximumPoolSize(6);
        young.setConnectionTimeout(250);
        young.setValidationTimeout(250);
        return young;
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @AfterEach
    void close() {
        proxy.close();
        log.close();
        direct.close();
        pool.close();
    }

    @Nested
    class While_the_server_is_away {

        @BeforeEach
        void away() {
            proxy.refuse();
        }

        @Test
        void an_append_fails_at_its_deadline_and_says_that_nothing_was_written() {
            await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
            pool.getHikariPoolMXBean().softEvictConnections();

            AppendFailedException failure = withinDeadline(
                    () -> catchThrowableOfType(AppendFailedException.class, () -> log.append(append("a", 0, 1))));

            assertThat(failure)
                    .hasMessageContaining("append to [a] failed after")
                    .hasMessageContaining("Connection is not available")
                    .hasMessageContaining("nothing was written");
            assertThat(failure.maybeWritten()).isFalse();
            assertThat(direct.streamVersion("a")).isEmpty();
        }

        @Test
        void every_read_fails_in_time_and_says_what_was_asked() {
            List<Callable<?>> reads = List.of(
                    () -> log.read(0, 10),
                    () -> log.readStream("before", 0, 10),
                    () -> log.readStreamWithSnapshot("before", 10),
                    () -> log.streamVersion("before"),
                    () -> log.head(),
                    () -> log.tail(),
                    () -> log.positionBefore(Facts.NOON));
            for (Callable<?> read : reads) {
                withinDeadline(() -> assertThatThrownBy(read::call)
                        .isInstanceOf(EventLogException.class)
                        .hasMessageStartingWith("could not "));
            }
            withinDeadline(() -> assertThatThrownBy(() -> log.storeSnapshot(fact("before", 0)))
                    .isInstanceOf(EventLogException.class)
                    .hasMessageStartingWith("could not store a snapshot of stream before"));
        }

        @Test
        void appends_that_wait_are_written_when_it_is_back_in_time() throws Exception {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Appended>> waiting = new ArrayList<>();
                for (int n = 0; n < 50; n++) {
                    String stream = "stream-" + n;
                    waiting.add(threads.submit(() -> log.append(append(stream, 0, 2))));
                }
                await().until(() -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection() > 0);

                proxy.admitAgain();

                for (Future<Appended> one : waiting) {
                    assertThat(one.get().earlier()).isFalse();
                }
            }
            assertThat(direct.head()).isEqualTo(101);
        }

        @Test
        void the_log_works_again_without_a_restart() {
            assertThatThrownBy(log::head).isInstanceOf(EventLogException.class);
            assertThatThrownBy(() -> log.append(append("a", 0, 1))).isInstanceOf(AppendFailedException.class);

            proxy.admitAgain();

            await().ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(log.append(append("b", 0, 1))).isEqualTo(new Appended(2, false)));
            assertThat(log.read(0, 10)).extracting(RecordedEvent::streamId).containsExactly("before", "b");
        }
    }

    @Nested
    class While_the_network_swallows_everything {

        @Test
        void an_append_and_a_read_keep_their_deadlines() {
            log.head();
            proxy.freeze();

            AppendFailedException failure = withinDeadline(
                    () -> catchThrowableOfType(AppendFailedException.class, () -> log.append(append("a", 0, 1))));
            withinDeadline(() -> assertThatThrownBy(log::head).isInstanceOf(EventLogException.class));

            assertThat(failure.maybeWritten()).isTrue();
            assertThat(failure).hasMessageContaining("its events may have been written");
        }

        @Test
        void what_was_written_nevertheless_is_recognised_when_it_is_sent_again() {
            Append once = append("a", 0, 2);
            proxy.freeze();
            assertThatThrownBy(() -> log.append(once)).hasMessageContaining("may have been written");
            proxy.thaw();

            await().ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(log.append(once).lastPosition()).isEqualTo(3));

            assertThat(direct.head()).isEqualTo(3);
        }
    }

    @Nested
    class When_the_answer_to_a_commit_is_lost {

        @Test
        void the_batch_is_looked_up_and_its_callers_get_their_positions() {
            proxy.loseAnswersTo("event_store.append", 1);

            assertThat(log.append(append("a", 0, 3)).lastPosition()).isEqualTo(4);

            assertThat(proxy.lostAnswers()).isEqualTo(1);
            assertThat(log.append(append("a", 3, 1))).isEqualTo(new Appended(5, false));
            assertThat(direct.head()).isEqualTo(5);
        }

        @Test
        void it_may_be_lost_again_and_the_streams_may_move_on_meanwhile() throws Exception {
            proxy.loseAnswersTo("event_store.append", 3);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Appended> waiting = threads.submit(() -> log.append(append("a", 0, 2)));
                await().until(() -> direct.streamVersion("a").isPresent());
                direct.append(append("a", 2, 5));

                assertThat(waiting.get().lastPosition()).isEqualTo(3);
            }
            assertThat(direct.streamVersion("a")).hasValue(6);
            assertThat(direct.head()).isEqualTo(8);
        }

        @Test
        void every_caller_of_a_large_batch_gets_its_own_answer() throws Exception {
            for (int n = 0; n < 200; n += 2) {
                direct.append(append("taken-" + n, 0, 1));
            }
            long before = direct.head();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<Long>> callers = new ArrayList<>();
                for (int n = 0; n < 200; n++) {
                    String stream = "taken-" + n;
                    callers.add(() -> positionOrConflict(append(stream, 0, 1)));
                }
                proxy.loseAnswersTo("event_store.append", 2);
                List<Future<Long>> answers = threads.invokeAll(callers);

                for (int n = 0; n < 200; n++) {
                    long position = answers.get(n).get();
                    if (n % 2 == 0) {
                        assertThat(position).isEqualTo(-1);
                    } else {
                        assertThat(direct.read(position - 1, 1).getFirst().streamId())
                                .isEqualTo("taken-" + n);
                    }
                }
            }
            assertThat(direct.head()).isEqualTo(before + 100);
            assertThat(proxy.lostAnswers()).isEqualTo(2);
        }

        private long positionOrConflict(Append append) {
            try {
                return log.append(append).lastPosition();
            } catch (StreamConflictException e) {
                return -1;
            }
        }
    }

    @Nested
    class After_another_server_took_over {

        private static final int SESSIONS = 6;

        @Test
        void an_append_gives_up_the_sessions_of_the_one_that_leads_no_more() {
            AtomicInteger opened = new AtomicInteger();
            DataSource leadingLater = new DelegatingDataSource(database.dataSource()) {
                @Override
                public Connection getConnection() throws SQLException {
                    Connection session = super.getConnection();
                    if (opened.incrementAndGet() <= SESSIONS) {
                        try (Statement statement = session.createStatement()) {
                            statement.execute("SET default_transaction_read_only = on");
                        }
                    }
                    return session;
                }
            };
            try (HikariDataSource sessions = new HikariDataSource()) {
                sessions.setDataSource(leadingLater);
                sessions.setMaximumPoolSize(SESSIONS);
                try (PostgresEventLog later =
                        new PostgresEventLog(sessions, AppendSettings.defaults(), new LogSignals())) {
                    assertThat(later.append(append("a", 0, 1)).earlier()).isFalse();
                }
            }
        }
    }

    @Nested
    class When_a_joined_transaction_breaks {

        private final TransactionTemplate transaction = new TransactionTemplate();

        @BeforeEach
        void manager() {
            transaction.setTransactionManager(new DataSourceTransactionManager(pool));
        }

        @Test
        void the_append_fails_and_nothing_is_written() {
            assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                        proxy.cutAll();
                        throw joinFails();
                    }))
                    // The roll-back fails, too; Spring keeps what it was for.
                    .isInstanceOfSatisfying(
                            TransactionSystemException.class,
                            hiding -> assertThat(hiding.getApplicationException())
                                    .isInstanceOf(AppendFailedException.class));

            assertThat(direct.head()).isEqualTo(1);
        }

        private AppendFailedException joinFails() {
            AppendFailedException failure = withinDeadline(
                    () -> catchThrowableOfType(AppendFailedException.class, () -> log.append(append("a", 0, 1))));
            assertThat(failure.maybeWritten()).isFalse();
            assertThat(failure).hasMessageStartingWith("the append could not join the open transaction");
            return failure;
        }

        @Test
        void the_lock_is_free_at_once() {
            assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                        log.append(append("a", 0, 1));
                        proxy.cutAll();
                    }))
                    .isInstanceOf(RuntimeException.class);

            assertThat(withinDeadline(() -> log.append(append("b", 0, 1)))).isEqualTo(new Appended(2, false));
        }

        @Test
        void a_lock_that_is_held_too_long_does_not_hold_up_a_caller_for_ever() throws Exception {
            try (Connection holder = database.dataSource().getConnection();
                    Statement statement = holder.createStatement()) {
                holder.setAutoCommit(false);
                statement.execute("SELECT pg_advisory_xact_lock(8608001, 1)");

                assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                            throw joinFails();
                        }))
                        .isInstanceOf(TransactionException.class);
            }
            assertThat(direct.streamVersion("a")).isEmpty();
        }
    }

    private static <T> T withinDeadline(Callable<T> work) {
        long started = System.nanoTime();
        try {
            T result = work.call();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(LATEST);
            return result;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
