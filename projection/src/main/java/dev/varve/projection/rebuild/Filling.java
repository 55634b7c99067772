package dev.varve.projection.rebuild;

import dev.varve.eventstore.LogRanges;
import dev.varve.projection.RowChange;
import dev.varve.projection.TableNames;
import dev.varve.projection.WantedEvents;
import dev.varve.projection.rebuild.Rebuild.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jooq.Table;

/** Fills empty tables from the log: read in parallel, folded in memory, copied; indexes come after. */
final class Filling {

    /** What is left of the log when filling ends and the rows can as well be written as live. */
    private static final long CLOSE_ENOUGH = 20_000;

    /** How much work a crash can cost. */
    private static final long CHECKPOINT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Work work;
    private final Lease lease;
    private final Pulse pulse;
    private final BesideTables tables;
    private final String suffix;

    Filling(Work work, Lease lease, Pulse pulse, Rebuild rebuild) {
        this.work = work;
        this.lease = lease;
        this.pulse = pulse;
        this.tables = BesideTables.of(work.projections());
        this.suffix = rebuild.newSuffix();
    }

    /** Fills, from the recorded position on, until there is little left or somebody wants it to stop. */
    void run(long from) throws SQLException, InterruptedException {
        requireWholeLog(from);
        if (from == 0) {
            lease.inTransaction(connection -> tables.make(suffix, connection));
        }
        LogScan scan =
                new LogScan(work.dataSource(), WantedEvents.of(work.projections(), work.decoder()), work.readers());
        RebuildPage.Projecting projecting = new RebuildPage.Projecting(work.projections(), work.decoder());
        try (BesideWriter writer = new BesideWriter(work.dataSource(), lease, tables, suffix)) {
            Folding folding = new Folding(writer, first(from));
            long position = from;
            do {
                long head = head();
                pulse.target(head);
                position = scan.run(position, head, page -> FillPage.of(projecting.of(page)), folding::take);
            } while (pulse.goOn() && head() - position > CLOSE_ENOUGH);
            folding.checkpoint(position);
            writer.await();
        }
        if (pulse.goOn()) {
            lease.inTransaction(connection -> lease.move(State.INDEXING, connection));
        }
    }

    private void requireWholeLog(long from) throws SQLException {
        try (Connection connection = work.dataSource().getConnection()) {
            long tail = LogRanges.tail(connection);
            if (tail > from) {
                throw new RebuildImpossible(
                        "the events up to position %d are not in the log any more; attach their archives first"
                                .formatted(tail));
            }
        }
    }

    private long head() throws SQLException {
        try (Connection connection = work.dataSource().getConnection()) {
            return LogRanges.head(connection);
        }
    }

    private Fold first(long from) throws SQLException {
        SeenKeys seen = new SeenKeys();
        Fold fold = Fold.first(seen);
        try (Connection connection = work.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            for (Table<?> table : tables.tables()) {
                if (WrittenKeys.isHistory(table, connection)) {
                    fold.history(table);
                } else if (from > 0) {
                    WrittenKeys.addTo(seen, table, TableNames.beside(suffix), connection);
                }
            }
        }
        return fold;
    }

    /** Takes pages in log order. */
    private final class Folding {

        private final BesideWriter writer;
        private Fold fold;
        private long checkpointAt = System.nanoTime();

        private Folding(BesideWriter writer, Fold fold) {
            this.writer = writer;
            this.fold = fold;
        }

        private boolean take(FillPage page, long upTo) throws SQLException, InterruptedException {
            writer.append(page.appended());
            for (RowChange change : page.changes()) {
                fold.apply(change);
            }
            pulse.passed(upTo, page.events());
            if (fold.bytes() > work.memory() || System.nanoTime() - checkpointAt > CHECKPOINT_NANOS) {
                checkpoint(upTo);
            }
            return pulse.goOn();
        }

        private void checkpoint(long upTo) throws SQLException, InterruptedException {
            Fold full = fold;
            fold = full.next();
            writer.checkpoint(full, upTo, pulse.events());
            checkpointAt = System.nanoTime();
        }
    }
}
