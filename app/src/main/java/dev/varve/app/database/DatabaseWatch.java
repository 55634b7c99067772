package dev.varve.app.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.watch.BesidePool;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Asks PostgreSQL each second, on a connection of its own, whether it answers, so that nobody else has to wait long to learn
 * it. While it does not, nobody waits long for a connection of the pool either; and when the process is to end meanwhile, the
 * pool is closed at once, because what stops one after the other would wait one after the other.
 */
@Component
public final class DatabaseWatch implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(DatabaseWatch.class);

    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PAUSE_WHILE_AWAY = Duration.ofMillis(250);

    /** One that is restarted is back before, and whoever waits for it need not know. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final long WAIT_WHILE_AWAY_MS = 1_000;

    private final BesidePool beside;
    private final Clock clock;
    private final ReentrantLock asking = new ReentrantLock();
    private @Nullable Connection connection;
    private @Nullable Thread thread;
    private long usualWaitMs;
    private volatile Instant answeredAt = Instant.MIN;
    private volatile @Nullable Instant awaySince;
    private volatile boolean ending;

    public DatabaseWatch(DataSource dataSource, Clock clock) {
        this.beside = BesidePool.impatient(dataSource, ANSWER);
        this.clock = clock;
    }

    /** Before the pool is made: it heeds what is changed while it runs only when it looks after itself, by itself each 30 s. */
    public static void preparePools() {
        System.setProperty("com.zaxxer.hikari.housekeeping.periodMs", Long.toString(PAUSE.toMillis()));
    }

    /** Since when it has not answered; empty if it does, by an answer of just now. */
    public Optional<Instant> awaySince() {
        HikariDataSource pool = beside.pool();
        if (pool != null && thread != null && awaySince == null) {
            look(pool);
        }
        return Optional.ofNullable(awaySince);
    }

    private void watch(HikariDataSource pool) {
        while (!pool.isClosed()) {
            look(pool);
            LockSupport.parkNanos(this, (awaySince == null ? PAUSE : PAUSE_WHILE_AWAY).toNanos());
        }
        forget();
    }

    /** Those who come while somebody asks wait for that answer. */
    private void look(HikariDataSource pool) {
        Instant came = clock.instant();
        boolean others = asking.isLocked();
        asking.lock();
        try {
            Instant asked = clock.instant();
            if (others && (awaySince != null || answeredAt.isAfter(came))) {
                return;
            }
            try {
                ask();
                answered(pool);
            } catch (SQLException e) {
                noAnswer(pool, asked, e);
            }
        } finally {
            asking.unlock();
        }
    }

    private void ask() throws SQLException {
        if (connection == null) {
            connection = beside.connect();
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER.toMillis()));
        }
        if (mayNotWrite(connection)) {
            // It leads no more, and only a new connection finds who leads now.
            forget();
        }
    }

    private boolean mayNotWrite(Connection asked) throws SQLException {
        try (Statement statement = asked.createStatement();
                ResultSet rows = statement.executeQuery("SHOW transaction_read_only")) {
            return rows.next() && rows.getBoolean(1);
        } catch (SQLException e) {
            forget();
            throw new SQLException("no answer on a connection that was there", e);
        }
    }

    private void forget() {
        Connection last = connection;
        connection = null;
        if (last != null) {
            try {
                last.close();
            } catch (SQLException e) {
                log.debug("a connection that was of no use any more did not close reason={}", e.getMessage());
            }
        }
    }

    private void answered(HikariDataSource pool) {
        Instant since = awaySince;
        answeredAt = clock.instant();
        if (since != null) {
            awaySince = null;
            pool.setConnectionTimeout(usualWaitMs);
            log.info(
                    "event=database-answers away_ms={}",
                    Duration.between(since, answeredAt).toMillis());
        }
    }

    private void noAnswer(HikariDataSource pool, Instant asked, SQLException reason) {
        Instant since = awaySince;
        if (since == null) {
            awaySince = asked;
            log.warn("event=database-away reason={}", reason.getMessage());
        } else if (isLong(since)) {
            pool.setConnectionTimeout(Math.min(WAIT_WHILE_AWAY_MS, usualWaitMs));
            endWithout(pool, since);
        }
    }

    private boolean isLong(Instant since) {
        return Duration.between(since, clock.instant()).compareTo(PATIENCE) >= 0;
    }

    private void endWithout(HikariDataSource pool, Instant since) {
        if (ending && !pool.isClosed()) {
            log.warn(
                    "event=ends-without-database away_ms={} not_done=[checkpoints and leases of this node stay as they were"
                            + " stored last: what it did since then is done again, and other nodes take over when its leases"
                            + " have run out; nothing that was acknowledged is lost]",
                    Duration.between(since, clock.instant()).toMillis());
            Thread.ofPlatform().daemon().name("varve-pool-close").start(() -> breakOff(pool));
        }
    }

    private static void breakOff(HikariDataSource pool) {
        try {
            // So long it waits for a connection that is being opened before it breaks off those that wait for an
            // answer.
            pool.setLoginTimeout(1);
        } catch (SQLException e) {
            log.debug("the pool may take longer to close reason={}", e.getMessage());
        }
        pool.close();
    }

    @Override
    public void start() {
        HikariDataSource pool = beside.pool();
        if (pool != null && thread == null) {
            usualWaitMs = pool.getConnectionTimeout();
            thread = Thread.ofPlatform().daemon().name("varve-database-watch").start(() -> watch(pool));
        }
    }

    /** Goes on until the pool is closed, because the database may go away while the process ends. */
    @Override
    public void stop() {
        ending = true;
        HikariDataSource pool = beside.pool();
        Instant since = awaySince;
        if (pool != null && since != null && isLong(since)) {
            endWithout(pool, since);
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null && !ending;
    }

    /** The last to start and the first to be told of the end. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
