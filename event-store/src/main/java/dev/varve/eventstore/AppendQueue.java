package dev.varve.eventstore;

import dev.varve.eventstore.AppendStatement.Outcome;
import dev.varve.eventstore.AppendWaits.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: the one writer of this node sends whatever waits, one append or five hundred, as one statement.
 *
 * <p>While a batch flushes the next one gathers by itself; only those who were just answered are waited for, and not
 * for long (see {@link Gathering}). A stream is in a batch at most once, hence a conflict fails its own caller only. When the queue is full a caller is refused at
 * once; one that waited too long is told whether its events may still be written.
 */
final class AppendQueue implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AppendQueue.class);
    private static final int LOOK_AHEAD = 4_000;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final DataSource dataSource;
    private final AppendSettings settings;
    private final AppendObserver observer;
    private final Thread writer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Deque<PendingAppend> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private volatile Stage stage = Stage.IDLE;
    private volatile long stageSince = System.nanoTime();
    private final Gathering gathering = new Gathering();
    private boolean closed;

    AppendQueue(DataSource dataSource, AppendSettings settings, AppendObserver observer) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.observer = observer;
        this.writer = Thread.ofPlatform().daemon().name("varve-append").unstarted(this::run);
        this.writer.start();
    }

    /**
     * Waits until the append is durable.
     *
     * @throws StreamConflictException if a stream was not at the version the append builds on
     * @throws AppendFailedException if the queue is full, the deadline passed, or the database would not
     */
    Appended append(Append append) {
        PendingAppend pending = new PendingAppend(append);
        enqueue(pending);
        return pending.await(settings.timeout(), this::withdraw);
    }

    int depth() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** @param longestJoined of appends that do not come through here */
    AppendWaits waits(Duration longestJoined) {
        lock.lock();
        try {
            PendingAppend first = waiting.peekFirst();
            return new AppendWaits(
                    waiting.size(),
                    first == null ? Duration.ZERO : first.waited(),
                    stage,
                    Duration.ofNanos(System.nanoTime() - stageSince),
                    longestJoined);
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(PendingAppend pending) {
        lock.lock();
        try {
            if (closed) {
                throw new AppendFailedException("the event store is shutting down", false, null);
            }
            if (waiting.size() >= settings.queueCapacity()
                    || (waitingBytes + pending.bytes() > settings.queueBytes() && !waiting.isEmpty())) {
                throw new AppendFailedException(
                        "the append queue is full: %d appends, %d bytes wait (limits %d and %d)"
                                .formatted(
                                        waiting.size(), waitingBytes, settings.queueCapacity(), settings.queueBytes()),
                        false,
                        null);
            }
            waiting.addLast(pending);
            waitingBytes += pending.bytes();
            gathering.arrived();
            if (waiting.size() == 1 || gathering.complete()) {
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes back what no batch has taken yet. */
    private void withdraw(PendingAppend pending) {
        lock.lock();
        try {
            if (waiting.remove(pending)) {
                waitingBytes -= pending.bytes();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (true) {
            List<PendingAppend> batch = take();
            if (batch.isEmpty()) {
                return;
            }
            try {
                observer.aroundBatch(batch.size(), () -> write(batch, false));
            } catch (RuntimeException | Error e) {
                // The writer must outlive whatever one batch brings; its callers get the cause.
                batch.forEach(pending -> pending.fail("the batch failed", true, e));
            }
        }
    }

    private List<PendingAppend> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                arrived.awaitUninterruptibly();
            }
            gather();
            List<PendingAppend> batch = new ArrayList<>();
            Set<String> streams = new HashSet<>();
            int events = 0;
            long bytes = 0;
            int looked = 0;
            for (Iterator<PendingAppend> next = waiting.iterator(); next.hasNext() && looked < LOOK_AHEAD; looked++) {
                PendingAppend pending = next.next();
                boolean fits = events + pending.events() <= settings.maxBatchEvents()
                        && bytes + pending.bytes() <= settings.maxBatchBytes();
                if (!batch.isEmpty() && !fits) {
                    break;
                }
                if (pending.claimStreams(streams)) {
                    next.remove();
                    batch.add(pending);
                    events += pending.events();
                    bytes += pending.bytes();
                }
            }
            waitingBytes -= bytes;
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void gather() {
        try {
            for (long left = gathering.nanosLeft(); left > 0 && !closed; left = gathering.nanosLeft()) {
                arrived.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        gathering.taken();
    }

    private void answering(int callers) {
        lock.lock();
        try {
            gathering.answering(callers);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends the batch until it is certain what became of it, or until nobody waits for it any more. To send a batch again
     * is harmless: what was recorded already is recognised by its event ids and answered with its first positions.
     */
    private void write(List<PendingAppend> batch, boolean maybeWrittenBefore) {
        List<PendingAppend> open = batch;
        boolean maybeWritten = maybeWrittenBefore;
        while (!open.isEmpty()) {
            Attempt attempt = attempt(open);
            switch (attempt) {
                case Attempt.Done ignored -> {
                    return;
                }
                case Attempt.Refused(SQLException cause) -> {
                    if (open.size() == 1) {
                        open.getFirst()
                                .fail("PostgreSQL refused the append: " + cause.getMessage(), maybeWritten, cause);
                        return;
                    }
                    // One of them is at fault: each for itself, so that only its caller hears of it.
                    for (PendingAppend alone : open) {
                        write(List.of(alone), maybeWritten);
                    }
                    return;
                }
                case Attempt.Broken(SQLException cause, boolean sent) -> {
                    maybeWritten = maybeWritten || sent;
                    boolean uncertain = maybeWritten;
                    log.warn(
                            "append batch interrupted appends={} maybeWritten={} state={} reason={}",
                            open.size(),
                            uncertain,
                            cause.getSQLState(),
                            cause.getMessage());
                    open = open.stream()
                            .filter(pending -> !pending.failIfExpired(settings.timeout(), uncertain, cause))
                            .toList();
                    if (!pause(open, uncertain, cause)) {
                        return;
                    }
                }
            }
        }
    }

    private sealed interface Attempt {

        record Done() implements Attempt {}

        /** The server said no; nothing was written. */
        record Refused(SQLException cause) implements Attempt {}

        /** The connection is gone or the server is not able now. */
        record Broken(SQLException cause, boolean sent) implements Attempt {}
    }

    private Attempt attempt(List<PendingAppend> batch) {
        try {
            return send(batch);
        } finally {
            enter(Stage.IDLE);
        }
    }

    private void enter(Stage next) {
        stageSince = System.nanoTime();
        stage = next;
    }

    private Attempt send(List<PendingAppend> batch) {
        long started = System.nanoTime();
        boolean sent = false;
        enter(Stage.CONNECTING);
        try (Connection connection = dataSource.getConnection()) {
            connection.setNetworkTimeout(
                    Runnable::run, Math.toIntExact(settings.timeout().toMillis()));
            if (!connection.getAutoCommit()) {
                connection.setAutoCommit(true);
            }
            List<PendingAppend> wanted =
                    batch.stream().filter(PendingAppend::send).toList();
            if (wanted.isEmpty()) {
                return new Attempt.Done();
            }
            sent = true;
            enter(Stage.WRITING);
            List<Outcome> outcomes = AppendStatement.run(
                    connection,
                    observer.knownHead(),
                    wanted.stream().map(PendingAppend::append).toList());
            answering(wanted.size());
            long head = 0;
            for (int n = 0; n < wanted.size(); n++) {
                Outcome outcome = outcomes.get(n);
                if (outcome instanceof Outcome.Written(Appended appended)) {
                    head = Math.max(head, appended.lastPosition());
                }
                wanted.get(n).complete(outcome);
            }
            observer.batchWritten(wanted.size(), head, System.nanoTime() - started);
            return new Attempt.Done();
        } catch (SQLException e) {
            return isTransient(e) ? new Attempt.Broken(e, sent) : new Attempt.Refused(e);
        }
    }

    /** Connection lost (08), server out of means (53), shut down or cancelled (57), or no state at all (pool, driver). */
    private static boolean isTransient(SQLException e) {
        String state = e.getSQLState();
        return state == null
                || state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.equals("55P03")
                || state.equals("40P01");
    }

    private boolean pause(List<PendingAppend> open, boolean maybeWritten, SQLException cause) {
        lock.lock();
        try {
            if (closed) {
                open.forEach(pending -> pending.fail("the event store was shut down", maybeWritten, cause));
                return false;
            }
        } finally {
            lock.unlock();
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        return true;
    }

    /** Writes what waits, then stops. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (!writer.join(settings.timeout())) {
                log.error("append writer did not stop in time timeout={} waiting={}", settings.timeout(), depth());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
