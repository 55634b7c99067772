package dev.varve.projection.rebuild;

import dev.varve.projection.Projection;
import dev.varve.projection.TableNames;
import dev.varve.projection.parked.ParkedEvents;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets tables beside become the living ones, in one short transaction.
 *
 * <p>It first locks the checkpoints of the live processors. A batch stores its checkpoint and its rows in one
 * transaction, so no batch is half done then and none can be until the end: each lands in the old tables before, or in
 * the new ones after. The new tables are brought to where the processors are, or further; a processor whose node
 * remembers an earlier checkpoint applies some events again, to rows that have seen them, which changes nothing.
 *
 * <p>The lock on the tables themselves is asked for with so little patience that readers do not queue up behind it, and
 * asked for again later if somebody reads for long.
 */
final class Switching {

    private static final Logger LOG = LoggerFactory.getLogger(Switching.class);

    /** More than this is applied before the processors are held up, not while they are. */
    private static final long MOST_APPLIED = 2_000;

    /** After each of these spans twice as much is allowed: rather late rows for a while than tables that never switch. */
    private static final long SPAN = TimeUnit.SECONDS.toNanos(5);

    private static final int MOST_DOUBLINGS = 5;

    private static final String PATIENCE_WITH_PROCESSORS = "SET LOCAL lock_timeout = '500ms'";
    private static final String PATIENCE_WITH_READERS = "SET LOCAL lock_timeout = '40ms'";
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(150);
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(10);

    private final Work work;
    private final Lease lease;
    private final Pulse pulse;
    private final CatchingUp catchingUp;
    private final BesideTables tables;
    private final String suffix;
    private final String away;

    /**
     * @param suffix of the tables that become the living ones
     * @param away what the living ones are given instead
     */
    Switching(Work work, Lease lease, Pulse pulse, CatchingUp catchingUp, String suffix, String away) {
        this.work = work;
        this.lease = lease;
        this.pulse = pulse;
        this.catchingUp = catchingUp;
        this.tables = BesideTables.of(work.projections());
        this.suffix = suffix;
        this.away = away;
    }

    /** What else the transaction records. */
    @FunctionalInterface
    interface Recording {
        /**
         * Records in the transaction of the switch.
         *
         * @param oldPositions how far the tables are that are put aside, by projection
         */
        void record(Map<String, Long> oldPositions, Connection connection) throws SQLException;
    }

    /**
     * Tries until it is done, or somebody wants it to stop.
     *
     * @return whether it is done
     */
    boolean run(long from, Recording recording) throws SQLException, InterruptedException {
        long position = from;
        long triedSince = System.nanoTime();
        boolean noted = false;
        while (pulse.goOn()) {
            position = catchingUp.run(position);
            long started = System.nanoTime();
            long most = MOST_APPLIED << Math.min(MOST_DOUBLINGS, (started - triedSince) / SPAN);
            try {
                long reached = position;
                boolean[] done = {false};
                lease.inTransaction(connection -> done[0] = attempt(reached, most, recording, connection));
                if (done[0]) {
                    return true;
                }
            } catch (SQLException e) {
                if (!isImpatience(e)) {
                    throw e;
                }
                LOG.debug("rebuild={} switch=later after_ms={}", lease.id(), (System.nanoTime() - started) / 1_000_000);
            }
            if (!noted && System.nanoTime() - triedSince > SILENCE) {
                noted = true;
                noteReaders();
            }
            LockSupport.parkNanos(this, PAUSE);
        }
        return false;
    }

    /** lock_not_available, or deadlock_detected: somebody else was first. */
    private static boolean isImpatience(SQLException e) {
        return "55P03".equals(e.getSQLState()) || "40P01".equals(e.getSQLState());
    }

    private boolean attempt(long from, long most, Recording recording, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(PATIENCE_WITH_READERS);
            // Keeps nobody from reading or writing, but everybody from altering what is now compared.
            statement.execute("LOCK TABLE " + allTables() + " IN SHARE UPDATE EXCLUSIVE MODE");
            tables.prepareSwap(suffix, connection);
            statement.execute(PATIENCE_WITH_PROCESSORS);
            LiveCheckpoints live = LiveCheckpoints.lock(work.projections(), connection);
            if (live.furthest() - from > most) {
                return false;
            }
            long position = catchingUp.apply(from, Math.max(from, live.furthest()), connection);
            switch (lease.hold(connection)) {
                case RUN, SWITCH, UNDO -> {}
                case PAUSE, CANCEL -> {
                    // Who was told that it stops may rely on it, even if this node has not heard it yet.
                    connection.rollback();
                    return false;
                }
            }
            statement.execute(PATIENCE_WITH_READERS);
            long locking = System.nanoTime();
            statement.execute("LOCK TABLE " + allTables() + " IN ACCESS EXCLUSIVE MODE");
            tables.swap(suffix, away, connection);
            LiveCheckpoints.move(work.projections(), position, connection);
            // What could not be applied is in the new rows, or they would not be here.
            ParkedEvents.clear(work.projections().stream().map(Projection::name).toList(), connection);
            recording.record(live.slowest(), connection);
            connection.commit();
            LOG.info(
                    "rebuild={} switch=done position={} tables={} readers_waited_at_most_ms={}",
                    lease.id(),
                    position,
                    tables.tables().size(),
                    (System.nanoTime() - locking) / 1_000_000);
            return true;
        }
    }

    private String allTables() {
        return tables.tables().stream()
                .flatMap(table -> Stream.of(
                        TableNames.LIVING.of(table), TableNames.beside(suffix).of(table)))
                .collect(Collectors.joining(", "));
    }

    private static final String READERS = """
            SELECT string_agg(DISTINCT format('pid %s (%s, since %s)', a.pid, coalesce(nullif(a.application_name, ''), a.backend_type),
                                              date_trunc('second', a.xact_start)), ', ')
            FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'relation' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND l.relation = ANY (?::regclass[]::oid[]) AND a.xact_start < clock_timestamp() - interval '1 second'""";

    private void noteReaders() throws SQLException, InterruptedException {
        lease.inTransaction(connection -> {
            Object[] living =
                    tables.tables().stream().map(TableNames.LIVING::of).toArray();
            try (PreparedStatement statement = connection.prepareStatement(READERS)) {
                statement.setArray(1, connection.createArrayOf("text", living));
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    String readers = rows.getString(1);
                    LOG.warn("rebuild={} switch=waits for={}", lease.id(), readers);
                    lease.note(
                            "the switch waits for a moment without long readers"
                                    + (readers == null ? "" : "; now there are " + readers),
                            connection);
                }
            }
        });
    }
}
