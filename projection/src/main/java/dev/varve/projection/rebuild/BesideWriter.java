package dev.varve.projection.rebuild;

import dev.varve.projection.Batch;
import dev.varve.projection.RowChange;
import dev.varve.projection.RowWriter;
import dev.varve.projection.TableNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes the tables of a rebuild on a thread and connection of its own, while the log is read on. What is handed over
 * becomes durable with the position of the next checkpoint, all in one transaction: after a crash the tables hold
 * exactly the events up to the recorded position.
 */
final class BesideWriter implements AutoCloseable {

    private static final int PIECE_BYTES = 1 << 20;
    private static final int LATE_ROWS = 2_000;

    /** How many pages wait at most until the readers do. */
    private static final int WAITING = 8;

    private final DataSource dataSource;
    private final Lease lease;
    private final BesideTables tables;
    private final String suffix;
    private final TableNames names;
    private final RowWriter rows;
    private final Semaphore slots = new Semaphore(WAITING);
    private final Semaphore folds = new Semaphore(1);
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("rebuild-writer").daemon().factory());
    private volatile @Nullable Exception failure;
    private @Nullable Connection connection;
    private boolean keyed;

    BesideWriter(DataSource dataSource, Lease lease, BesideTables tables, String suffix) {
        this.dataSource = dataSource;
        this.lease = lease;
        this.tables = tables;
        this.suffix = suffix;
        this.names = TableNames.beside(suffix);
        this.rows = new RowWriter(names);
    }

    /** Hands over rows that no later event changes; waits while too much is waiting already. */
    void append(List<FillPage.Appended> appended) throws SQLException, InterruptedException {
        if (appended.isEmpty()) {
            return;
        }
        submit(slots, () -> {
            for (FillPage.Appended rowsOfShape : appended) {
                copy(rowsOfShape.target(), rowsOfShape.text());
            }
        });
    }

    /** Hands over what was folded up to a position; waits while the fold before it is still being written. */
    void checkpoint(Fold fold, long position, long events) throws SQLException, InterruptedException {
        submit(folds, () -> {
            for (Map.Entry<Table<?>, FoldedTable> folded : fold.tables().entrySet()) {
                folded.getValue().drain(folded.getKey(), PIECE_BYTES, this::copy);
            }
            writeLate(fold);
            Connection open = open();
            lease.record(position, events, open);
            open.commit();
            close(open);
        });
    }

    /** Waits until everything handed over so far is written. */
    void await() throws SQLException, InterruptedException {
        folds.acquire();
        folds.release();
        throwFailure();
    }

    private void copy(CopyTarget target, CopyText text) throws SQLException {
        CopyIn copy = open().unwrap(PGConnection.class).getCopyAPI().copyIn(target.sql(names));
        try {
            copy.writeToCopy(text.bytes(), 0, text.size());
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void writeLate(Fold fold) throws SQLException {
        if (fold.late().isEmpty()) {
            return;
        }
        Connection open = open();
        if (!keyed) {
            tables.key(suffix, open);
            keyed = true;
        }
        Batch batch = new Batch();
        int waiting = 0;
        for (List<RowChange> ofRow : fold.late().values()) {
            ofRow.forEach(batch::add);
            waiting++;
            if (waiting == LATE_ROWS) {
                rows.write(batch, open);
                batch = new Batch();
                waiting = 0;
            }
        }
        rows.write(batch, open);
    }

    /** The connection of the transaction that runs until the next checkpoint. */
    private Connection open() throws SQLException {
        Connection known = connection;
        if (known == null) {
            known = dataSource.getConnection();
            connection = known;
            known.setAutoCommit(false);
            lease.fence(known);
        }
        return known;
    }

    private void close(Connection open) throws SQLException {
        connection = null;
        open.close();
    }

    private void submit(Semaphore permits, Work work) throws SQLException, InterruptedException {
        permits.acquire();
        if (failure != null) {
            permits.release();
            throwFailure();
        }
        thread.execute(() -> {
            try {
                if (failure == null) {
                    work.run();
                }
            } catch (SQLException | RuntimeException e) {
                failure = e;
            } finally {
                permits.release();
            }
        });
    }

    private void throwFailure() throws SQLException {
        switch (failure) {
            case null -> {}
            case SQLException database -> throw database;
            case RuntimeException ours -> throw ours;
            default -> throw new IllegalStateException(failure);
        }
    }

    /** What no checkpoint has made durable is rolled back. */
    @Override
    public void close() throws SQLException {
        thread.shutdown();
        boolean interrupted = false;
        while (true) {
            try {
                if (thread.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Connection open = connection;
        if (open != null) {
            connection = null;
            open.close();
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws SQLException;
    }
}
