package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Whether the commit of the transaction that is open on the thread waits for the disk.
 *
 * <p>One that moves a checkpoint together with what was derived up to it need not: if the server crashes before the next
 * flush, both are back where they were, and the same events are handled again. One that wrote events waits, because their
 * readers may have told others of them.
 */
public final class CheckpointCommits {

    private CheckpointCommits() {}

    private static final TransactionSynchronization UNFLUSHED = new Mark();
    private static final TransactionSynchronization FLUSHED = new Mark();

    private static final class Mark implements TransactionSynchronization {}

    /** Goes into the statement that moves the checkpoint, as a condition that holds; lasts until the transaction ends. */
    public static final String WITHOUT_FLUSH = "set_config('synchronous_commit', 'off', true) = 'off'";

    /** Whether to use {@link #WITHOUT_FLUSH}: there is a transaction, and it wrote no events so far. */
    public static boolean mayGoWithoutFlush() {
        if (!TransactionSynchronizationManager.isActualTransactionActive() || !hasNot(FLUSHED)) {
            return false;
        }
        mark(UNFLUSHED);
        return true;
    }

    private static final String AS_CONFIGURED = "SET LOCAL synchronous_commit TO DEFAULT";

    /** Events are being written in the transaction: it is to be as durable as the server and the user want it. */
    static void flush(Connection connection) throws SQLException {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            return;
        }
        if (!hasNot(UNFLUSHED)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(AS_CONFIGURED);
            }
        }
        mark(FLUSHED);
    }

    private static boolean hasNot(TransactionSynchronization mark) {
        return TransactionSynchronizationManager.isSynchronizationActive()
                && !TransactionSynchronizationManager.getSynchronizations().contains(mark);
    }

    private static void mark(TransactionSynchronization mark) {
        if (hasNot(mark)) {
            TransactionSynchronizationManager.registerSynchronization(mark);
        }
    }
}
