package dev.varve.bench;

import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.Submitter;
import com.gruelbox.transactionoutbox.ThreadLocalContextTransactionManager;
import com.gruelbox.transactionoutbox.TransactionManager;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;

/**
 * Gruelbox's transaction outbox: a call is stored in the caller's transaction and made after its commit, by a thread and in
 * a transaction of its own. Calls that are left over are made by {@link #flush}.
 */
final class GruelboxOutbox implements AutoCloseable {

    private static final int THREADS = 16;

    /** What is called for each message. */
    interface Receiver {
        void receive(String key, String payload);
    }

    private final ThreadLocalContextTransactionManager transactions;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final TransactionOutbox outbox;

    /**
     * Over a pool with a connection for each of its 16 threads and each caller.
     *
     * @param atOnce whether calls are made as soon as they are committed
     */
    GruelboxOutbox(DataSource database, boolean atOnce, Receiver receiver) {
        transactions = TransactionManager.fromDataSource(database);
        Submitter submitter = Submitter.withExecutor(threads);
        outbox = TransactionOutbox.builder()
                .transactionManager(transactions)
                .persistor(Persistor.forDialect(Dialect.POSTGRESQL_9))
                .instantiator(Instantiator.using(type -> new Receiving(receiver)))
                .submitter(
                        atOnce
                                ? submitter
                                : (entry, work) -> {
                                    // Stays for the flush.
                                })
                // Its own default is of another version of the validator than is here.
                .clockProvider(Clock::systemUTC)
                .build();
    }

    void write(String key, String payload) {
        transactions.inTransaction(() -> outbox.schedule(Receiver.class).receive(key, payload));
    }

    /** A backlog of messages in few transactions, and due. */
    static void fill(DataSource database, int messages, int keys) throws Exception {
        try (GruelboxOutbox filling = new GruelboxOutbox(database, false, (key, payload) -> {})) {
            filling.transactions.inTransaction(() -> {
                for (int n = 1; n <= messages; n++) {
                    filling.outbox.schedule(Receiver.class).receive("departure-" + n % keys, payload(n, keys));
                }
            });
        }
        Backlog.execute(database, "UPDATE txno_outbox SET nextattempttime = now() - interval '1 hour'");
        Backlog.execute(database, "ANALYZE txno_outbox");
    }

    private static String payload(int n, int keys) {
        return """
                {"departure" : "departure-%d", "line" : "S12", "stop" : "Zuerich HB", \
                "planned" : "2026-03-01T08:00:00+00:00", "expected" : "2026-03-01T08:04:00+00:00", \
                "delaySeconds" : 240, "n" : %d}""".formatted(n % keys, n);
    }

    /** Makes what is due of a batch; false when there was nothing. */
    boolean flush() {
        return outbox.flush();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** Found by its class, as the library does. */
    private record Receiving(Receiver receiver) implements Receiver {
        @Override
        public void receive(String key, String payload) {
            receiver.receive(key, payload);
        }
    }
}
