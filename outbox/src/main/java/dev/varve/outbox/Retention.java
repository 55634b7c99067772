package dev.varve.outbox;

import dev.varve.outbox.Sql.Binding;
import java.sql.Connection;
import java.sql.SQLException;
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
 * Drops what nobody needs any more: a partition of {@code outbox.message} at a time, which leaves no dead rows behind.
 *
 * <p>A partition goes when it is not the last, every subscription's checkpoint is past it, nothing in it is parked or to be
 * replayed, and its newest message is older than the retention. Dropping waits only a moment for its lock, because
 * appends wait behind it, and is tried again later.
 */
public final class Retention implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    private final Sql sql;
    private final Duration keep;
    private final ScheduledExecutorService schedule;

    /**
     * Does nothing before {@link #start}.
     *
     * @param keep younger messages stay
     */
    public Retention(DataSource dataSource, Duration keep) {
        this.sql = new Sql(dataSource);
        this.keep = keep;
        this.schedule = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("varve-outbox-retention").factory());
    }

    /** Looks after each interval, until closed. */
    public void start(Duration interval) {
        // Never fails: maintain() says what went wrong and looks again.
        ScheduledFuture<?> unused =
                schedule.scheduleWithFixedDelay(this::maintain, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void maintain() {
        try {
            drop();
        } catch (OutboxException e) {
            log.warn("old messages could not be dropped reason={}", e.getMessage());
        }
    }

    private static final String LOCK = "SELECT pg_try_advisory_xact_lock(8608001, 6)";

    private static final String NEEDED_FROM = """
            SELECT least((SELECT min(position) + 1 FROM outbox.delivery),
                         (SELECT min((SELECT min(p.position) FROM outbox.parked_message p WHERE p.subscription = s.name))
                          FROM outbox.subscription s),
                         (SELECT min(position) + 1 FROM outbox.replay WHERE ended_at IS NULL),
                         (SELECT max(position) FROM outbox.message))
            """;

    private static final String PARTITIONS = """
            SELECT c.relname, b.upper
            FROM pg_inherits i
            JOIN pg_class c ON c.oid = i.inhrelid
            CROSS JOIN LATERAL (SELECT substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \\(''?([0-9]+)''?\\)')::bigint AS upper) b
            WHERE i.inhparent = 'outbox.message'::regclass AND b.upper <= ?
            ORDER BY b.upper
            """;

    private static final String EARLIEST = "UPDATE outbox.retention SET earliest = greatest(earliest, ?)";

    private record Partition(String name, long upper) {}

    /** Drops what may go now; answers how many partitions went. */
    public int drop() {
        int dropped = 0;
        while (sql.inTransaction("drop old messages", this::dropOne)) {
            dropped++;
        }
        return dropped;
    }

    private boolean dropOne(Connection connection) throws SQLException {
        if (!Sql.list(connection, LOCK, Binding.none(), rows -> rows.getBoolean(1))
                .getFirst()) {
            return false;
        }
        long neededFrom = Sql.list(connection, NEEDED_FROM, Binding.none(), rows -> rows.getLong(1))
                .getFirst();
        List<Partition> candidates = Sql.list(
                connection,
                PARTITIONS,
                statement -> statement.setLong(1, neededFrom),
                rows -> new Partition(rows.getString(1), rows.getLong(2)));
        if (candidates.isEmpty() || !isOld(connection, candidates.getFirst())) {
            return false;
        }
        Partition oldest = candidates.getFirst();
        Sql.update(connection, "SET LOCAL lock_timeout = '200ms'", Binding.none());
        Sql.update(connection, "DROP TABLE outbox." + oldest.name(), Binding.none());
        Sql.update(connection, EARLIEST, statement -> statement.setLong(1, oldest.upper()));
        log.info("old messages dropped partition={} earliest={}", oldest.name(), oldest.upper());
        return true;
    }

    private boolean isOld(Connection connection, Partition partition) throws SQLException {
        return Sql.list(
                        connection,
                        """
                        SELECT coalesce((SELECT ts FROM outbox.%s ORDER BY position DESC LIMIT 1)
                                        < (now() AT TIME ZONE 'UTC') - ? * interval '1 ms', true)
                        """.formatted(partition.name()),
                        statement -> statement.setLong(1, keep.toMillis()),
                        rows -> rows.getBoolean(1))
                .getFirst();
    }

    @Override
    public void close() {
        schedule.shutdownNow();
    }
}
