package dev.varve.projection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Progress between nodes: each writes what its own segments reached to {@code projection.progress}, a few times a second
 * and only what moved, and reads what it does not run itself.
 *
 * <p>A reported position was committed before it was reported, so it is never ahead of the rows; it never goes back, so
 * that a node's late word about a segment it gave away does no harm.
 */
final class ReportedProgress implements SmartLifecycle {

    /** How often at most it is written, and how old at most it is when it is read. */
    static final Duration INTERVAL = Duration.ofMillis(50);

    private static final Logger LOG = LoggerFactory.getLogger(ReportedProgress.class);

    private static final String REPORT = """
            INSERT INTO projection.progress AS p (projection, segment, position)
            SELECT * FROM unnest(?::text[], ?::integer[], ?::bigint[])
            ON CONFLICT (projection, segment) DO UPDATE SET position = EXCLUDED.position, updated_at = now()
            WHERE p.position < EXCLUDED.position""";

    private static final String READ = "SELECT projection, segment, position FROM projection.progress";

    private final DataSource dataSource;
    private final TokenStore tokens;
    private final TransactionManager transactions;
    private final Reporter reporter;
    private final ReentrantLock reading = new ReentrantLock();
    private final Map<Segment, Long> written = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private volatile Snapshot last = new Snapshot(Map.of(), Map.of(), Long.MIN_VALUE);
    private boolean failing;
    private @Nullable ScheduledExecutorService executor;

    ReportedProgress(DataSource dataSource, TokenStore tokens, TransactionManager transactions, Reporter reporter) {
        this.dataSource = dataSource;
        this.tokens = tokens;
        this.transactions = transactions;
        this.reporter = reporter;
    }

    /** What the slowest segment reached; empty when a segment never reported. */
    OptionalLong position(String projection) {
        Snapshot known = last;
        if (!known.segments().containsKey(projection) || System.nanoTime() - known.readAt() > INTERVAL.toNanos()) {
            known = refreshed(projection);
        }
        return known.slowest(projection);
    }

    /** Whoever comes first reads for all; the others go on with what is known. */
    private Snapshot refreshed(String projection) {
        if (!reading.tryLock()) {
            return last;
        }
        try {
            asked.add(projection);
            Map<String, int[]> segments = new HashMap<>();
            for (String name : asked) {
                segments.put(name, transactions.fetchInTransaction(() -> tokens.fetchSegments(name)));
            }
            Snapshot fresh = new Snapshot(read(), segments, System.nanoTime());
            last = fresh;
            return fresh;
        } catch (SQLException e) {
            throw new ProjectionFailed("the progress of projection " + projection + " could not be read", e);
        } finally {
            reading.unlock();
        }
    }

    private Map<Segment, Long> read() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(READ);
                ResultSet rows = statement.executeQuery()) {
            Map<Segment, Long> positions = new HashMap<>();
            while (rows.next()) {
                positions.put(new Segment(rows.getString(1), rows.getInt(2)), rows.getLong(3));
            }
            return positions;
        }
    }

    private void report() {
        try {
            Map<Segment, Long> changed = new HashMap<>(reporter.positions());
            changed.entrySet().removeIf(entry -> entry.getValue().equals(written.get(entry.getKey())));
            if (!changed.isEmpty()) {
                write(changed);
                written.putAll(changed);
            }
            failing = false;
        } catch (SQLException | RuntimeException e) {
            if (!failing && isRunning()) {
                LOG.warn("projection_progress=not-reported retry_ms={}", INTERVAL.toMillis(), e);
            }
            failing = true;
        }
    }

    private void write(Map<Segment, Long> changed) throws SQLException {
        List<String> names = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        List<Long> positions = new ArrayList<>();
        changed.forEach((segment, position) -> {
            names.add(segment.projection());
            numbers.add(segment.number());
            positions.add(position);
        });
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(REPORT)) {
            statement.setArray(1, connection.createArrayOf("text", names.toArray()));
            statement.setArray(2, connection.createArrayOf("integer", numbers.toArray()));
            statement.setArray(3, connection.createArrayOf("bigint", positions.toArray()));
            statement.executeUpdate();
        }
    }

    @Override
    public void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("projection-progress").factory());
        // Errors are seen in report itself; the future never completes.
        var unused = started.scheduleWithFixedDelay(
                this::report, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        executor = started;
    }

    @Override
    public void stop() {
        ScheduledExecutorService started = executor;
        if (started != null) {
            // What is broken off by this is no failure to speak of.
            executor = null;
            started.shutdownNow();
        }
    }

    @Override
    public boolean isRunning() {
        return executor != null;
    }

    /** A part of a projection, by the number that Axon gives it. */
    record Segment(String projection, int number) {}

    /** Says what the segments of this node reached. */
    interface Reporter {
        Map<Segment, Long> positions();
    }

    private record Snapshot(Map<Segment, Long> positions, Map<String, int[]> segments, long readAt) {

        OptionalLong slowest(String projection) {
            long slowest = Long.MAX_VALUE;
            for (int number : segments.getOrDefault(projection, new int[0])) {
                Long position = positions.get(new Segment(projection, number));
                if (position == null) {
                    return OptionalLong.empty();
                }
                slowest = Math.min(slowest, position);
            }
            return slowest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(slowest);
        }
    }
}
