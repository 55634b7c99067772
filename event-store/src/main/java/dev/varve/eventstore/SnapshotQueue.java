package dev.varve.eventstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots beside the commands, many in one statement, at most so often, and without waiting for the disk.
 *
 * <p>A snapshot only spares work, so nobody waits for one, and one is dropped when too many wait or the database would not
 * take it: the stream's next one makes up for it.
 */
final class SnapshotQueue implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SnapshotQueue.class);
    private static final int MOST_WAITING = 2_000;
    private static final int MOST_AT_ONCE = 500;
    private static final Duration INTERVAL = Duration.ofMillis(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final DataSource dataSource;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition closing = lock.newCondition();
    private final Map<String, Waiting> waiting = new HashMap<>();
    private @Nullable Thread writer;
    private boolean closed;

    private record Waiting(NewEvent snapshot, long position) {}

    SnapshotQueue(DataSource dataSource) {
        this.dataSource = new AutoCommitDataSource(dataSource);
    }

    /** @param position of the last event it holds, or of an earlier one of its stream; 0 where none is known */
    void add(NewEvent snapshot, long position) {
        lock.lock();
        try {
            if (closed || waiting.size() >= MOST_WAITING) {
                return;
            }
            waiting.merge(
                    snapshot.streamId(),
                    new Waiting(snapshot, position),
                    (one, other) -> one.snapshot.version() > other.snapshot.version() ? one : other);
            if (writer == null) {
                writer = Thread.ofPlatform().daemon().name("varve-snapshots").start(this::run);
            }
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (List<Waiting> batch = take(); !batch.isEmpty(); batch = take()) {
            try {
                write(batch);
            } catch (SQLException | RuntimeException e) {
                log.warn("snapshots were not stored count={} reason={}", batch.size(), e.getMessage());
            }
        }
    }

    /** Empty once closed, and all is written. */
    private List<Waiting> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                arrived.await();
            }
            for (long left = INTERVAL.toNanos(); left > 0 && !closed; ) {
                left = closing.awaitNanos(left);
            }
            List<Waiting> batch = waiting.values().stream()
                    .limit(MOST_AT_ONCE)
                    // Nodes that store snapshots of the same streams take their rows in the same order.
                    .sorted(Comparator.comparing(one -> one.snapshot.streamId()))
                    .toList();
            batch.forEach(one -> waiting.remove(one.snapshot.streamId()));
            return batch;
        } catch (InterruptedException e) {
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    private static final String STORE = """
            SELECT event_store.store_snapshots(?, ?, ?, ?, ?, ?, ?, ?, ?, ?), set_config('synchronous_commit', 'off', true)
            """;

    private void write(List<Waiting> batch) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER.toMillis()));
            try (PreparedStatement statement = connection.prepareStatement(STORE)) {
                Arguments arguments = new Arguments(connection, statement);
                arguments.add(texts(batch, NewEvent::streamId));
                arguments.add(
                        batch.stream().mapToLong(one -> one.snapshot.version()).toArray());
                arguments.add(texts(batch, NewEvent::streamType));
                arguments.add(texts(batch, NewEvent::eventId));
                arguments.add(texts(batch, NewEvent::type));
                arguments.add(texts(batch, NewEvent::revision));
                arguments.add(batch.stream()
                        .mapToLong(one -> ChronoUnit.MICROS.between(Instant.EPOCH, one.snapshot.recordedAt()))
                        .toArray());
                arguments.add(batch.stream().map(one -> one.snapshot.payload()).toArray(byte[][]::new));
                arguments.add(batch.stream().map(one -> one.snapshot.metadata()).toArray(byte[][]::new));
                arguments.add(batch.stream().mapToLong(Waiting::position).toArray());
                statement.execute();
            }
        }
    }

    private static @Nullable String[] texts(List<Waiting> batch, Function<NewEvent, @Nullable String> column) {
        List<@Nullable String> texts = new ArrayList<>(batch.size());
        batch.forEach(one -> texts.add(column.apply(one.snapshot)));
        return texts.toArray(new @Nullable String[0]);
    }

    /** Writes what waits, if that does not take long. */
    @Override
    public void close() {
        Thread running;
        lock.lock();
        try {
            closed = true;
            running = writer;
            arrived.signal();
            closing.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (running != null && !running.join(ANSWER)) {
                log.warn("snapshots were given up at the end waiting={} timeout={}", waiting.size(), ANSWER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
