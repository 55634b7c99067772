package dev.varve.eventstore.watch;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How long callers wait for a connection of the pool. That somebody waits says nothing, a busy pool always has a queue; so
 * while there is one a thread queues up with the others, and its time is theirs.
 */
final class PoolQueue {

    private final DataSource dataSource;
    private final @Nullable HikariDataSource pool;
    private final Clock clock;
    private final AtomicBoolean queueing = new AtomicBoolean();
    private volatile @Nullable Instant since;

    PoolQueue(DataSource dataSource, @Nullable HikariDataSource pool, Clock clock) {
        this.dataSource = dataSource;
        this.pool = pool;
        this.clock = clock;
    }

    /** Sends somebody to queue, if there is a queue and nobody of ours in it. */
    void look() {
        if (waiting() > 0 && queueing.compareAndSet(false, true)) {
            if (since == null) {
                since = clock.instant();
            }
            Thread.ofVirtual().name("varve-pool-queue").start(this::queue);
        }
    }

    private void queue() {
        try (Connection connection = dataSource.getConnection()) {
            since = connection.isClosed() ? since : null;
        } catch (SQLException e) {
            // It waited in vain, as the others do: the next look queues again, and the time goes on.
            since = waiting() == 0 ? null : since;
        } finally {
            queueing.set(false);
        }
    }

    /** How long the one who was sent has waited by now. */
    Duration waited() {
        Instant start = since;
        return start == null ? Duration.ZERO : Duration.between(start, clock.instant());
    }

    /** How many callers wait for a connection; 0 where the pool does not say. */
    int waiting() {
        HikariPoolMXBean numbers = numbers();
        return numbers == null ? 0 : numbers.getThreadsAwaitingConnection();
    }

    /** The pool and its numbers. */
    String text() {
        HikariPoolMXBean numbers = numbers();
        return pool == null || numbers == null
                ? String.valueOf(dataSource)
                : "%s with %d of %d connections in use and %d callers waiting"
                        .formatted(
                                pool.getPoolName(),
                                numbers.getActiveConnections(),
                                pool.getMaximumPoolSize(),
                                numbers.getThreadsAwaitingConnection());
    }

    private @Nullable HikariPoolMXBean numbers() {
        return pool == null ? null : pool.getHikariPoolMXBean();
    }
}
