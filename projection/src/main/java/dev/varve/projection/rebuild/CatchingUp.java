package dev.varve.projection.rebuild;

import dev.varve.eventstore.EventFilter;
import dev.varve.eventstore.LogRanges;
import dev.varve.eventstore.RecordedEvent;
import dev.varve.projection.RowWriter;
import dev.varve.projection.TableNames;
import dev.varve.projection.WantedEvents;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Brings tables beside the living ones up to date, by the same statements as the live processor. */
final class CatchingUp {

    private static final int PAGE = 1_000;
    private static final long UNKNOWN = -1;

    private final Work work;
    private final Lease lease;
    private final Pulse pulse;
    private final RowWriter writer;
    private final Checkpoint checkpoint;
    private final EventFilter filter;
    private final RebuildPage.Projecting projecting;
    private long firstHead = UNKNOWN;

    CatchingUp(Work work, Lease lease, Pulse pulse, String suffix, Checkpoint checkpoint) {
        this.work = work;
        this.lease = lease;
        this.pulse = pulse;
        this.writer = new RowWriter(TableNames.beside(suffix));
        this.checkpoint = checkpoint;
        this.filter = WantedEvents.of(work.projections(), work.decoder());
        this.projecting = new RebuildPage.Projecting(work.projections(), work.decoder());
    }

    /** Records how far the tables are, in the transaction that wrote them. */
    @FunctionalInterface
    interface Checkpoint {
        void record(long position, Connection connection) throws SQLException;
    }

    /**
     * Applies what was recorded until the first call, and then what the live processors have applied, until there is
     * little left. Not the head: whoever writes faster than projections can follow would keep the tables from switching.
     *
     * @return how far the tables are
     */
    long run(long from) throws SQLException, InterruptedException {
        if (firstHead == UNKNOWN) {
            firstHead = head();
        }
        long position = from;
        LogScan scan = new LogScan(work.dataSource(), filter, work.readers());
        long before = Long.MAX_VALUE;
        while (pulse.goOn()) {
            long upTo = upTo();
            long left = upTo - position;
            pulse.target(Math.max(position, upTo));
            if (left <= PAGE) {
                return last(position, upTo);
            }
            if (left > before / 2) {
                // More rounds would bring it no closer.
                return position;
            }
            before = left;
            position = scan.run(position, upTo, projecting::of, this::take);
        }
        return position;
    }

    private long last(long from, long upTo) throws SQLException, InterruptedException {
        long[] reached = {from};
        lease.inTransaction(connection -> reached[0] = apply(from, upTo, connection));
        pulse.passed(reached[0], 0);
        return reached[0];
    }

    private long upTo() throws SQLException {
        try (Connection connection = work.dataSource().getConnection()) {
            return Math.max(firstHead, LiveCheckpoints.furthest(work.projections(), connection));
        }
    }

    private long head() throws SQLException {
        try (Connection connection = work.dataSource().getConnection()) {
            return LogRanges.head(connection);
        }
    }

    private boolean take(RebuildPage page, long upTo) throws SQLException, InterruptedException {
        lease.inTransaction(connection -> {
            writer.write(page.batch(), connection);
            checkpoint.record(upTo, connection);
        });
        pulse.passed(upTo, page.events());
        return pulse.goOn();
    }

    /**
     * Applies a stretch in the caller's transaction.
     *
     * @return the position up to which the tables are then
     */
    long apply(long after, long upTo, Connection connection) throws SQLException {
        long at = after;
        while (at < upTo) {
            List<RecordedEvent> events = LogRanges.read(at, upTo, filter, PAGE, connection);
            writer.write(projecting.of(events).batch(), connection);
            at = events.size() < PAGE ? upTo : events.getLast().position();
        }
        checkpoint.record(Math.max(after, upTo), connection);
        return Math.max(after, upTo);
    }
}
