package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps partitions of the log, and of the outbox where there is one, ready ahead of those that are written.
 *
 * <p>Every node does it, on a connection of its own; the one that comes second finds the work done.
 */
public final class Partitions implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Partitions.class);

    private final DataSource dataSource;
    private final Grain events;
    private final Grain messages;
    private final ScheduledExecutorService schedule;

    /**
     * How finely a table is cut.
     *
     * @param size positions in each new partition
     * @param ahead how many to keep ready after the one that is written
     */
    public record Grain(long size, int ahead) {}

    /** Cuts events and messages alike; does nothing before {@link #start}. */
    public Partitions(DataSource dataSource, long size, int ahead) {
        this(dataSource, new Grain(size, ahead), new Grain(size, ahead));
    }

    /** Does nothing before {@link #start}. */
    public Partitions(DataSource dataSource, Grain events, Grain messages) {
        this.dataSource = dataSource;
        this.events = events;
        this.messages = messages;
        this.schedule = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("varve-partitions").factory());
    }

    /** Looks now and then again after each interval, until closed. */
    public void start(Duration interval) {
        // Never fails: maintain() says what went wrong and looks again.
        ScheduledFuture<?> unused =
                schedule.scheduleWithFixedDelay(this::maintain, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void maintain() {
        try {
            int made = makeAhead();
            if (made > 0) {
                log.info("partitions made count={}", made);
            }
        } catch (SQLException | RuntimeException | Error e) {
            // Looked at again at the next interval, long before the last partition is full; what left this method would
            // end the schedule, and with it, one day, all appends.
            log.warn("log partitions could not be made reason={}", e.toString());
        }
    }

    private static final String LOCK = "SELECT pg_advisory_xact_lock(8608001, 2)";

    private static final String THERE = "SELECT to_regclass(?) IS NOT NULL";

    /** The two tables that grow by position. */
    private enum Grown {
        EVENTS("event_store", "event"),
        MESSAGES("outbox", "message");

        private final String table;
        private final String ends;
        private final String make;

        Grown(String schema, String name) {
            table = schema + "." + name;
            ends = """
                    SELECT coalesce((SELECT max(position) FROM %1$s), 0),
                           max(substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \\(''?([0-9]+)''?\\)')::bigint)
                    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                    WHERE i.inhparent = '%1$s'::regclass
                    """.formatted(table);
            make = "SELECT %s.make_partition(?, ?)".formatted(schema);
        }
    }

    /** Makes what is missing now; waits at most 2 s for a lock on the log, rather than hold up its writers. */
    int makeAhead() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL lock_timeout = '2s'");
                statement.execute(LOCK);
                int made = 0;
                for (Grown grown : Grown.values()) {
                    made += isThere(connection, grown) ? makeAhead(connection, grown, grain(grown)) : 0;
                }
                connection.commit();
                return made;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private Grain grain(Grown grown) {
        return switch (grown) {
            case EVENTS -> events;
            case MESSAGES -> messages;
        };
    }

    private static boolean isThere(Connection connection, Grown grown) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(THERE)) {
            statement.setString(1, grown.table);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private static int makeAhead(Connection connection, Grown grown, Grain grain) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(grown.ends)) {
            rows.next();
            long head = rows.getLong(1);
            int made = 0;
            long wanted = head + (grain.ahead() + 1) * grain.size();
            for (long end = rows.getLong(2); end <= wanted; end += grain.size(), made++) {
                make(connection, grown, end, grain.size());
            }
            return made;
        }
    }

    private static void make(Connection connection, Grown grown, long from, long size) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(grown.make)) {
            statement.setLong(1, from);
            statement.setLong(2, size);
            statement.execute();
        }
    }

    /** Positions in each new partition of the log. */
    long size() {
        return events.size();
    }

    @Override
    public void close() {
        schedule.shutdownNow();
    }
}
