package dev.varve.eventstore.verification;

import dev.varve.eventstore.verification.Finding.Rule;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Proves a log while it is written: what is there when the verification begins is looked at, in pieces, several at a time.
 *
 * <p>The server hashes and sorts; what travels is 32 bytes an event.
 */
public final class LogVerification {

    private static final int CHUNK = 10 * BlockDigest.BLOCK;

    private final DataSource dataSource;
    private final int connections;

    /**
     * Asks nothing yet.
     *
     * @param dataSource connections without a pool: their planner settings are changed
     * @param connections pieces looked at at the same time
     */
    public LogVerification(DataSource dataSource, int connections) {
        this.dataSource = dataSource;
        this.connections = connections;
    }

    private static final String EXTENT = """
            SELECT coalesce((SELECT position - 1 FROM event_store.event ORDER BY position LIMIT 1), 0),
                   coalesce((SELECT position FROM event_store.event ORDER BY position DESC LIMIT 1), 0),
                   coalesce((SELECT last_position FROM event_store.adoption), 0)
            """;

    /**
     * Looks at a range of the log and at what the other tables say of it.
     *
     * @param from first position; what was archived before the first that is here is passed over
     * @param to last position; the end of the log if it lies before
     * @param progress hears, in order, how far everything is proved
     */
    public VerifiedLog verify(long from, long to, LongConsumer progress) throws SQLException {
        try (Connection connection = open()) {
            long tail;
            long head;
            long mark;
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(EXTENT)) {
                row.next();
                tail = row.getLong(1);
                head = row.getLong(2);
                mark = row.getLong(3);
            }
            long first = Math.max(from, tail + 1);
            long last = Math.min(to, head);
            Findings findings = new Findings();
            BlockDigest digest = new BlockDigest();
            SealCheck seals = new SealCheck(connection, first, findings);
            Density density = new Density(first, findings);
            long[] counts = new long[2];
            inOrder(first, last, tail, mark, chunk -> {
                chunk.findings().forEach(findings::add);
                density.take(chunk);
                digest.take(chunk);
                seals.take(chunk);
                counts[0] += chunk.events();
                counts[1] += chunk.streams();
                progress.accept(chunk.to());
            });
            TablesBeside beside = new TablesBeside(connection, first, last, tail, findings);
            beside.streams(counts[1]);
            beside.receipts();
            beside.snapshots();
            beside.checkpoints();
            TablesBeside.@Nullable Messages messages = beside.messages();
            return new VerifiedLog(
                    first,
                    last,
                    counts[0],
                    digest.hex(),
                    seals.checkedTo(),
                    messages == null ? 0 : messages.count(),
                    messages == null ? null : messages.digest(),
                    findings.kept(),
                    findings.count());
        }
    }

    @FunctionalInterface
    private interface ChunkConsumer {
        void accept(Chunk chunk) throws SQLException;
    }

    /** Reads on several connections and hands over in order; never far ahead of what is handed over. */
    private void inOrder(long first, long last, long tail, long mark, ChunkConsumer consumer) throws SQLException {
        BlockingQueue<Connection> idle = new LinkedBlockingQueue<>();
        try (ExecutorService readers = Executors.newFixedThreadPool(connections)) {
            Deque<Future<Chunk>> asked = new ArrayDeque<>();
            try {
                for (int n = 0; n < connections; n++) {
                    idle.add(open());
                }
                long next = first;
                while (next <= last || !asked.isEmpty()) {
                    while (next <= last && asked.size() < 2 * connections) {
                        // Chunks end where blocks do, whatever the range.
                        long from = next;
                        long to = Math.min(last, ((from - 1) / CHUNK + 1) * CHUNK);
                        asked.add(readers.submit(() -> read(idle, from, to, tail, mark)));
                        next = to + 1;
                    }
                    consumer.accept(result(asked.removeFirst()));
                }
            } finally {
                asked.forEach(future -> future.cancel(true));
                readers.shutdownNow();
                for (Connection connection : idle) {
                    connection.close();
                }
            }
        }
    }

    private static Chunk read(BlockingQueue<Connection> idle, long from, long to, long tail, long mark)
            throws SQLException, InterruptedException {
        Connection connection = idle.take();
        try {
            return Chunk.read(connection, from, to, tail, mark);
        } finally {
            idle.add(connection);
        }
    }

    private static Chunk result(Future<Chunk> future) throws SQLException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw new IllegalStateException("a piece of the log could not be looked at", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the verification was interrupted", e);
        }
    }

    /** Every piece is planned for its own range, which lies in one or two partitions. */
    private Connection open() throws SQLException {
        Connection connection = dataSource.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET plan_cache_mode = force_custom_plan");
            statement.execute("SET work_mem = '64MB'");
            statement.execute("SET jit = off");
            statement.execute("SET enable_seqscan = off");
            // A chunk's events are joined with themselves, and a sort of them takes twice as long.
            statement.execute("SET enable_mergejoin = off");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Finds the places where positions do not follow each other. */
    private static final class Density {

        private final Findings findings;
        private long expected;

        Density(long first, Findings findings) {
            this.expected = first;
            this.findings = findings;
        }

        void take(Chunk chunk) {
            if (chunk.positions() == null) {
                expected = chunk.to() + 1;
                return;
            }
            for (long position : chunk.positions()) {
                reach(position);
                expected = position + 1;
            }
            reach(chunk.to() + 1);
            expected = chunk.to() + 1;
        }

        private void reach(long position) {
            if (position > expected) {
                findings.add(expected, Rule.DENSE, "positions %d to %d are missing".formatted(expected, position - 1));
            }
        }
    }
}
