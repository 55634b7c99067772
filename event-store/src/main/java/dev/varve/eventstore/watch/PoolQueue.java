package dev.varve.eventstore.watch;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * How long callers wait for a connection of the pool. That somebody waits says nothing, a busy pool always has a queue; so
 * while there is one a thread queues up with the others, and its time is theirs.
 */
final class PoolQueue {

    private static final String SECONDS_TO_CONNECT = "2";
    private static final String SECONDS_TO_ANSWER = "5";

    private final DataSource dataSource;
    private final @Nullable HikariDataSource pool;
    private final Clock clock;
    private final AtomicBoolean queueing = new AtomicBoolean();
    private volatile @Nullable Instant since;

    PoolQueue(DataSource dataSource, Clock clock) {
        this.dataSource = dataSource;
        this.pool = pool(dataSource);
        this.clock = clock;
    }

    private static @Nullable HikariDataSource pool(DataSource dataSource) {
        try {
            return dataSource.isWrapperFor(HikariDataSource.class) ? dataSource.unwrap(HikariDataSource.class) : null;
        } catch (SQLException e) {
            throw new IllegalArgumentException("the data source cannot be looked into: " + e.getMessage(), e);
        }
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

    /** A connection to the same database that nobody has to give back first. */
    Connection connectBeside() throws SQLException {
        if (pool == null) {
            return dataSource.getConnection();
        }
        if (pool.getDataSource() != null) {
            return pool.getDataSource().getConnection();
        }
        Properties properties = new Properties();
        properties.putAll(pool.getDataSourceProperties());
        properties.setProperty("loginTimeout", SECONDS_TO_CONNECT);
        properties.setProperty("socketTimeout", SECONDS_TO_ANSWER);
        if (pool.getUsername() != null) {
            properties.setProperty("user", pool.getUsername());
        }
        if (pool.getPassword() != null) {
            properties.setProperty("password", pool.getPassword());
        }
        Connection connection = new Driver().connect(pool.getJdbcUrl(), properties);
        if (connection == null) {
            throw new SQLException("not the address of a PostgreSQL");
        }
        return connection;
    }
}
