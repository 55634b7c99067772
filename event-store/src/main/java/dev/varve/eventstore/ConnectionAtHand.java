package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connection of an append that came alone for a moment, so that the next one need not ask a pool: how long that
 * takes is not in our hands, and a caller has a deadline.
 */
final class ConnectionAtHand implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ConnectionAtHand.class);

    private static final Duration LONGEST_UNUSED = Duration.ofMillis(50);
    private static final Executor LATER =
            CompletableFuture.delayedExecutor(LONGEST_UNUSED.toMillis(), TimeUnit.MILLISECONDS);

    /** Far below what pools take for a leak. */
    private static final Duration LONGEST_KEPT = Duration.ofSeconds(1);

    private final DataSource dataSource;
    private final int timeoutMillis;
    private @Nullable Taken kept;
    private long keptSince;
    private boolean watched;
    private boolean closed;

    /** @param timeout how long an answer is waited for on its connections */
    ConnectionAtHand(DataSource dataSource, Duration timeout) {
        this.dataSource = new AutoCommitDataSource(dataSource);
        this.timeoutMillis = Math.toIntExact(timeout.toMillis());
    }

    /** @param since when it was taken from the pool */
    record Taken(Connection connection, long since) {

        /** Ends its session; it is still to be given back, for its pool to notice. */
        void end() {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                log.warn("a connection could not be ended reason={}", e.getMessage());
            }
        }

        private void giveBack() {
            try {
                connection.close();
            } catch (SQLException e) {
                log.warn("a connection could not be given back reason={}", e.getMessage());
            }
        }
    }

    /** The one that is kept, if there is one, without any wait. */
    synchronized @Nullable Taken poll() {
        Taken taken = kept;
        kept = null;
        return taken;
    }

    /** The one that is kept, or one from the pool; commits by itself. */
    Taken take() throws SQLException {
        Taken atHand = poll();
        if (atHand != null) {
            return atHand;
        }
        Connection connection = dataSource.getConnection();
        try {
            connection.setNetworkTimeout(Runnable::run, timeoutMillis);
            return new Taken(connection, System.nanoTime());
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** After an append that was written: keeps its connection until somebody takes it, or nobody did for a moment. */
    void keep(Taken taken) {
        synchronized (this) {
            long now = System.nanoTime();
            if (!closed && kept == null && now - taken.since < LONGEST_KEPT.toNanos()) {
                kept = taken;
                keptSince = now;
                watch();
                return;
            }
        }
        taken.giveBack();
    }

    private synchronized void watch() {
        if (!watched) {
            watched = true;
            LATER.execute(this::giveBackUnused);
        }
    }

    private void giveBackUnused() {
        Taken unused;
        synchronized (this) {
            watched = false;
            if (kept != null && System.nanoTime() - keptSince < LONGEST_UNUSED.toNanos()) {
                watch();
                return;
            }
            unused = poll();
        }
        if (unused != null) {
            unused.giveBack();
        }
    }

    void giveBack(Taken taken) {
        taken.giveBack();
    }

    @Override
    public void close() {
        Taken last;
        synchronized (this) {
            closed = true;
            last = poll();
        }
        if (last != null) {
            last.giveBack();
        }
    }
}
