package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two batches under way at once. */
class AppendQueueIT {

    private static final int MANY = 900;

    private HikariDataSource dataSource;
    private PostgresEventLog log;
    private ExecutorService callers;
    private final List<Future<Appended>> appends = new ArrayList<>();

    @BeforeEach
    void open() {
        dataSource = PostgresEventLogIT.pool(TestDatabase.migrated());
        log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
        callers = Executors.newVirtualThreadPerTaskExecutor();
        // The queue has to learn first what a batch and a flush take.
        log.append(append("first", 0, 1));
    }

    @AfterEach
    void close() {
        callers.close();
        log.close();
        dataSource.close();
    }

    @Test
    void the_next_batch_waits_at_the_server_for_the_one_before() throws Exception {
        try (Connection holder = dataSource.getConnection()) {
            twoBatchesWait(holder);
            release(holder);
        }

        assertThat(positions())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(2, MANY + 2).boxed().toList());
    }

    @Test
    void both_are_written_once_when_their_connections_are_cut() throws Exception {
        try (Connection holder = dataSource.getConnection()) {
            twoBatchesWait(holder);
            assertThat(cutWaiting(holder)).isEqualTo(2);
            release(holder);
        }

        assertThat(positions())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(2, MANY + 2).boxed().toList());
        assertThat(log.head()).isEqualTo(MANY + 2);
    }

    @Test
    void of_two_that_want_the_same_version_in_different_batches_one_has_it() throws Exception {
        try (Connection holder = dataSource.getConnection()) {
            lock(holder);
            appendLater("contended", 2);
            await().until(() -> waiting(holder) == 1);
            appendLater("contended", 2);
            appendMany(holder);
            release(holder);
        }

        assertThat(appends.stream().filter(AppendQueueIT::conflicted)).hasSize(1);
        assertThat(log.streamVersion("contended")).hasValue(1);
        assertThat(log.head()).isEqualTo(MANY + 3);
    }

    @Test
    void closing_writes_both() throws Exception {
        try (Connection holder = dataSource.getConnection()) {
            twoBatchesWait(holder);
            Future<?> closing = callers.submit(log::close);
            release(holder);
            closing.get();
        }

        assertThat(positions()).hasSize(MANY + 1);
    }

    @Test
    void a_caller_alone_writes_for_itself_and_its_connection_goes_back() {
        log.append(append("second", 0, 1));
        assertThat(log.append(append("third", 0, 1)).lastPosition()).isEqualTo(3);

        await().until(() -> dataSource.getHikariPoolMXBean().getActiveConnections() == 0);

        assertThat(log.append(append("fourth", 0, 1)).lastPosition()).isEqualTo(4);
    }

    @Test
    void a_caller_alone_whose_connection_is_cut_is_written_once() throws Exception {
        try (Connection holder = dataSource.getConnection()) {
            lock(holder);
            appendLater("alone", 1);
            await().until(() -> waiting(holder) == 1);
            assertThat(cutWaiting(holder)).isEqualTo(1);
            await().until(() -> waiting(holder) == 1);
            release(holder);
        }

        assertThat(positions()).containsExactly(2L);
    }

    @Test
    void closing_waits_for_a_caller_alone() throws Exception {
        try (Connection holder = dataSource.getConnection()) {
            lock(holder);
            appendLater("alone", 1);
            await().until(() -> waiting(holder) == 1);
            Future<?> closing = callers.submit(log::close);
            release(holder);
            closing.get();
        }

        assertThat(dataSource.getHikariPoolMXBean().getActiveConnections()).isZero();
        assertThat(positions()).containsExactly(2L);
    }

    private void twoBatchesWait(Connection holder) throws SQLException {
        lock(holder);
        appendLater("one", 1);
        await().until(() -> waiting(holder) == 1);
        appendMany(holder);
    }

    private void appendMany(Connection holder) {
        for (int n = 0; n < MANY; n++) {
            appendLater("many-" + n, 1);
        }
        await().until(() -> waiting(holder) == 2);
    }

    private void appendLater(String stream, int events) {
        appends.add(callers.submit(() -> log.append(append(stream, 0, events))));
    }

    private List<Long> positions() throws Exception {
        List<Long> positions = new ArrayList<>();
        for (Future<Appended> one : appends) {
            positions.add(one.get().lastPosition());
        }
        positions.sort(null);
        return positions;
    }

    private static boolean conflicted(Future<Appended> append) {
        try {
            append.get();
            return false;
        } catch (Exception e) {
            assertThat(e).hasRootCauseInstanceOf(StreamConflictException.class);
            return true;
        }
    }

    private static void lock(Connection holder) throws SQLException {
        number(holder, "SELECT count(pg_advisory_lock(8608001, 1))");
    }

    private static void release(Connection holder) throws SQLException {
        number(holder, "SELECT count(pg_advisory_unlock(8608001, 1))");
    }

    private static int waiting(Connection holder) throws SQLException {
        return number(holder, "SELECT count(*) FROM pg_locks WHERE " + WAITS);
    }

    private static int cutWaiting(Connection holder) throws SQLException {
        return number(holder, "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE " + WAITS);
    }

    private static final String WAITS = """
            locktype = 'advisory' AND NOT granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """;

    private static int number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
