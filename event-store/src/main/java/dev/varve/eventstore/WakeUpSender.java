package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notifies other nodes: at once after a pause, then at most a hundred times a second, and not at all when alone. */
final class WakeUpSender implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WakeUpSender.class);
    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final long COUNT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long COUNT_ALONE_NANOS = Duration.ofSeconds(10).toNanos();

    private final DataSource connections;
    private final IntSupplier ownSession;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicBoolean uncounted = new AtomicBoolean(true);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("varve-log-notify").unstarted(this::run);
    private volatile int session;
    private volatile boolean closed;
    private boolean failing;
    private boolean alone;
    private long counted;

    /** @param ownSession process number of this node's listening session, 0 for none */
    WakeUpSender(DataSource connections, IntSupplier ownSession) {
        this.connections = connections;
        this.ownSession = ownSession;
    }

    void start() {
        thread.start();
    }

    /** This node wrote something. */
    void grew() {
        if (!asked.get() && asked.compareAndSet(false, true)) {
            LockSupport.unpark(thread);
        }
    }

    /** Process number of the session that notifies, 0 before there was one. */
    int session() {
        return session;
    }

    /** Another node came. */
    void countAgain() {
        uncounted.set(true);
    }

    private void run() {
        while (awaitGrowth()) {
            try (Connection connection = connections.getConnection()) {
                connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER.toMillis()));
                session = connection.unwrap(PGConnection.class).getBackendPID();
                uncounted.set(true);
                do {
                    notifyOthers(connection);
                    failing = false;
                    rest(INTERVAL);
                } while (awaitGrowth());
            } catch (SQLException e) {
                if (!closed && !failing) {
                    failing = true;
                    log.warn(
                            "other nodes cannot be notified of new events and find them at their next look reason={}",
                            e.getMessage());
                }
                rest(PAUSE_AFTER_FAILURE);
            } catch (RuntimeException e) {
                // A pool that is closed under a connection says so in many ways.
                if (!closed) {
                    throw e;
                }
            }
        }
    }

    private static final String COUNT_OTHERS = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = ? AND pid <> ?
            """;

    private static final String NOTIFY = "SELECT pg_notify(?, ?)";

    private void notifyOthers(Connection connection) throws SQLException {
        asked.set(false);
        if (uncounted.getAndSet(false) || System.nanoTime() - counted > (alone ? COUNT_ALONE_NANOS : COUNT_NANOS)) {
            try (PreparedStatement statement = connection.prepareStatement(COUNT_OTHERS)) {
                statement.setString(1, WakeUps.LISTENING);
                statement.setInt(2, ownSession.getAsInt());
                try (ResultSet rows = statement.executeQuery()) {
                    alone = !rows.next() || rows.getInt(1) == 0;
                }
            }
            counted = System.nanoTime();
        }
        if (!alone) {
            try (PreparedStatement statement = connection.prepareStatement(NOTIFY)) {
                statement.setString(1, WakeUps.CHANNEL);
                statement.setString(2, WakeUps.GREW);
                statement.execute();
            }
        }
    }

    /** False once closed. */
    private boolean awaitGrowth() {
        while (!closed && !asked.get()) {
            LockSupport.park(this);
        }
        return !closed;
    }

    private void rest(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); !closed && left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
