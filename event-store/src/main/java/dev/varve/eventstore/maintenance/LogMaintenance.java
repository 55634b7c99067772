package dev.varve.eventstore.maintenance;

import dev.varve.eventstore.AutoCommitDataSource;
import dev.varve.eventstore.maintenance.LogPartition.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals what is written for good: digests of the events, so that a change by hand is found, rows of the streams that
 * begin with them, and on full partitions the index that only readers of few event types need. Drops receipts of
 * commands that are kept no longer.
 *
 * <p>Every node does it, on one connection, while no other node does.
 */
public final class LogMaintenance implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogMaintenance.class);
    private static final int EVENTS_PER_SEAL = 10_000;
    private static final int RECEIPTS_PER_STATEMENT = 5_000;
    private static final Duration BETWEEN_DROPS = Duration.ofMinutes(10);

    private final DataSource dataSource;
    private final ScheduledExecutorService schedule;

    /** Does nothing before {@link #start}. */
    public LogMaintenance(DataSource dataSource) {
        this.dataSource = new AutoCommitDataSource(dataSource);
        this.schedule = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("varve-log-maintenance").factory());
    }

    /**
     * Looks now and then again after each interval, until closed.
     *
     * @param keepReceipts how long a command's id is known
     */
    public void start(Duration interval, Duration keepReceipts) {
        repeat(
                () -> {
                    seal();
                    indexSealedPartitions();
                },
                interval);
        repeat(() -> dropReceipts(keepReceipts), BETWEEN_DROPS);
    }

    private interface Work {
        void run() throws SQLException;
    }

    private void repeat(Work work, Duration interval) {
        // Never fails: attempt() says what went wrong, and the next one comes.
        ScheduledFuture<?> unused =
                schedule.scheduleWithFixedDelay(() -> attempt(work), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void attempt(Work work) {
        try {
            work.run();
        } catch (SQLException e) {
            log.warn("log maintenance will be tried again state={} reason={}", e.getSQLState(), e.getMessage());
        } catch (RuntimeException | Error e) {
            // As above: it would end the schedule.
            log.warn("log maintenance will be tried again reason={}", e.toString());
        }
    }

    private static final String SEAL_NEXT = "SELECT event_store.seal_next(?)";

    /** Adds digests and rows of streams up to the end of the log, in short transactions; answers how many events they cover. */
    public long seal() throws SQLException {
        long sealed = 0;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(SEAL_NEXT)) {
            statement.setInt(1, EVENTS_PER_SEAL);
            int events;
            do {
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    events = row.getInt(1);
                }
                sealed += events;
            } while (events == EVENTS_PER_SEAL && !Thread.currentThread().isInterrupted());
        }
        return sealed;
    }

    /**
     * Gives full partitions their index by event type; answers how many were made.
     *
     * <p>Built with an ordinary lock against writes, which nobody feels: there are no writes any more.
     */
    public int indexSealedPartitions() throws SQLException {
        int indexed = 0;
        try (Connection connection = dataSource.getConnection()) {
            List<LogPartition> without = LogPartitions.of(connection, "event_store.event").stream()
                    .filter(partition -> partition.state() == State.SEALED)
                    .filter(partition -> partition.indexes().stream().noneMatch(index -> index.endsWith("_type")))
                    .toList();
            for (LogPartition partition : without) {
                if (index(connection, partition)) {
                    indexed++;
                }
            }
        }
        return indexed;
    }

    /** A lock for the transaction: with a pooler between, one of the session would stay with whoever comes next. */
    private static final String TRY_LOCK = "SELECT pg_try_advisory_xact_lock(8608001, 4)";

    private static final String INDEX = "SELECT event_store.index_sealed_partition(?::regclass)";

    /** Answers whether it did; not if another node is at it. */
    private static boolean index(Connection connection, LogPartition partition) throws SQLException {
        long started = System.nanoTime();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement();
                PreparedStatement index = connection.prepareStatement(INDEX)) {
            if (!isTrue(statement, TRY_LOCK)) {
                return false;
            }
            index.setString(1, partition.name());
            index.execute();
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        // Rows that never change are frozen once; a reader of one type then needs the index alone for its count.
        try (Statement statement = connection.createStatement()) {
            statement.execute("VACUUM (FREEZE, ANALYZE, SKIP_LOCKED) " + partition.name());
        }
        log.info(
                "log partition indexed partition={} millis={}",
                partition.name(),
                Duration.ofNanos(System.nanoTime() - started).toMillis());
        return true;
    }

    private static final String DROP_RECEIPTS = """
            DELETE FROM event_store.command_receipt WHERE (%s) AND command_id = ANY (ARRAY(
                SELECT r.command_id FROM event_store.command_receipt r
                WHERE r.recorded_at < now() - ? * interval '1 ms' ORDER BY r.recorded_at LIMIT ?))
            """.formatted(TRY_LOCK);

    /** Forgets the commands that wrote longer ago than that, in short statements; answers how many. */
    public long dropReceipts(Duration keep) throws SQLException {
        long dropped = 0;
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(DROP_RECEIPTS)) {
            statement.setLong(1, keep.toMillis());
            statement.setInt(2, RECEIPTS_PER_STATEMENT);
            int now;
            do {
                now = statement.executeUpdate();
                dropped += now;
            } while (now == RECEIPTS_PER_STATEMENT && !Thread.currentThread().isInterrupted());
        }
        if (dropped > 0) {
            log.info("old command receipts dropped rows={}", dropped);
        }
        return dropped;
    }

    private static boolean isTrue(Statement statement, String question) throws SQLException {
        try (ResultSet row = statement.executeQuery(question)) {
            return row.next() && row.getBoolean(1);
        }
    }

    @Override
    public void close() {
        schedule.shutdownNow();
    }
}
