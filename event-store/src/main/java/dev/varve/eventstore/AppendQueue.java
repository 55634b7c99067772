package dev.varve.eventstore;

import dev.varve.eventstore.AppendStatement.Answer;
import dev.varve.eventstore.AppendWaits.Stage;
import dev.varve.eventstore.AppendWriter.Activity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: the writers of this node send whatever waits, one append or five hundred, as one statement.
 *
 * <p>While a batch is written the next one gathers by itself; only those who were just answered are waited for, and not
 * for long (see {@link Gathering}). With a second writer that next batch is at the server already when the first one is
 * durable, so PostgreSQL does not wait for this node. Which of the two it writes first does not matter: their callers
 * wait for both, and an append that builds on another's answer comes after it.
 *
 * <p>A caller who is alone, as the one before was, writes with that one's connection on its own thread.
 *
 * <p>A stream is in a batch at most once, hence a conflict fails its own caller only. When the queue is full a caller is
 * refused at once; one that waited too long is told whether its events may still be written.
 */
final class AppendQueue implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AppendQueue.class);
    private static final int LOOK_AHEAD = 4_000;

    private final AppendSettings settings;
    private final List<AppendWriter> writers;
    private final List<Thread> threads;
    /** Has no thread: callers who come alone use it. */
    private final AppendWriter alone;

    private final ConnectionAtHand connections;

    private final ReentrantLock lock = new ReentrantLock();
    /** For writers that have nothing to do. */
    private final Condition arrived = lock.newCondition();
    /** For the writer that gathers. */
    private final Condition gathered = lock.newCondition();

    private final Deque<PendingAppend> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int waitingEvents;
    private final Gathering gathering = new Gathering();
    private final Pace pace = new Pace();
    private int sending;
    private boolean gathers;
    private boolean closed;

    AppendQueue(DataSource dataSource, AppendSettings settings, AppendObserver observer) {
        this.settings = settings;
        this.connections = new ConnectionAtHand(dataSource, settings.timeout());
        this.alone = new AppendWriter(this, connections, settings, observer);
        this.writers = Stream.generate(() -> new AppendWriter(this, connections, settings, observer))
                .limit(settings.writers())
                .toList();
        this.threads = IntStream.rangeClosed(1, settings.writers())
                .mapToObj(number -> Thread.ofPlatform()
                        .daemon()
                        .name("varve-append-" + number)
                        .start(writers.get(number - 1)::writeAll))
                .toList();
    }

    /**
     * Waits until the append is durable.
     *
     * @throws StreamConflictException if a stream was not at the version the append builds on
     * @throws AppendFailedException if the queue is full, the deadline passed, or the database would not
     */
    Appended append(Append append) {
        PendingAppend pending = new PendingAppend(append);
        ConnectionAtHand.Taken connection = startAlone();
        if (connection == null) {
            enqueue(pending);
        } else {
            alone.writeAlone(pending, connection);
        }
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
        Activity busiest = longestActivity();
        lock.lock();
        try {
            PendingAppend first = waiting.peekFirst();
            return new AppendWaits(
                    waiting.size(),
                    first == null ? Duration.ZERO : first.waited(),
                    busiest.stage(),
                    busiest.duration(),
                    longestJoined);
        } finally {
            lock.unlock();
        }
    }

    /** What a writer has been busy with for longest. */
    private Activity longestActivity() {
        List<Activity> activities = activities().toList();
        return activities.stream()
                .filter(activity -> activity.stage() != Stage.IDLE)
                .max(Comparator.comparing(Activity::duration))
                .orElse(activities.getFirst());
    }

    private Stream<Activity> activities() {
        return Stream.concat(writers.stream(), Stream.of(alone)).map(AppendWriter::activity);
    }

    /** The batches that PostgreSQL has and has not answered. */
    Stream<Unanswered> unanswered() {
        return activities()
                .flatMap(activity -> activity.asked() == null
                        ? Stream.empty()
                        : Unanswered.on(activity.asked(), activity.since()).stream());
    }

    /**
     * A connection for an append that would be a batch of its own, if one is at hand: its caller need not wake a writer
     * and be woken by it, which takes as long as half a flush. Whoever gets one says when it is {@link #writtenAlone}.
     */
    private ConnectionAtHand.@Nullable Taken startAlone() {
        lock.lock();
        try {
            if (closed || sending > 0 || gathers || !waiting.isEmpty() || gathering.nanosLeft() > 0) {
                return null;
            }
            ConnectionAtHand.Taken connection = connections.poll();
            if (connection != null) {
                gathering.arrived();
                sending++;
            }
            return connection;
        } finally {
            lock.unlock();
        }
    }

    void writtenAlone() {
        lock.lock();
        try {
            sending--;
            wakeWriter();
            if (closed) {
                arrived.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What came to nothing on its caller's thread, before all others. */
    void sendAgain(PendingAppend pending, boolean maybeWritten, SQLException cause) {
        pending.tried(maybeWritten, cause);
        lock.lock();
        try {
            if (closed) {
                pending.fail("the event store was shut down", maybeWritten, cause);
            } else {
                waiting.addFirst(pending);
                waitingBytes += pending.bytes();
                waitingEvents += pending.events();
            }
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
            waitingEvents += pending.events();
            if (!gathers) {
                wakeWriter();
            } else if (gathering.complete() || pace.worthItsFlush(waitingEvents)) {
                gathered.signal();
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
                waitingEvents -= pending.events();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next batch, empty when there will be none any more. Whoever took one says when it is {@link #written}. */
    List<PendingAppend> take() {
        lock.lock();
        try {
            // What waited may be withdrawn while more is gathered.
            while (!(closed && waiting.isEmpty())) {
                if (closed || (!gathers && startsBatch())) {
                    List<PendingAppend> batch = gather();
                    if (!batch.isEmpty()) {
                        sending++;
                        wakeWriter();
                        return batch;
                    }
                } else {
                    arrived.awaitUninterruptibly();
                }
            }
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    private boolean startsBatch() {
        return sending == 0 ? !waiting.isEmpty() : sending < writers.size() && pace.worthItsFlush(waitingEvents);
    }

    private void wakeWriter() {
        if (startsBatch()) {
            arrived.signal();
        }
    }

    private List<PendingAppend> batch() {
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
        waitingEvents -= events;
        return batch;
    }

    private List<PendingAppend> gather() {
        gathers = true;
        try {
            awaitAnswered();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            gathers = false;
        }
        return batch();
    }

    private void awaitAnswered() throws InterruptedException {
        for (long left = gathering.nanosLeft(); left > 0 && !closed; left = gathering.nanosLeft()) {
            if (pace.worthItsFlush(waitingEvents)) {
                gathering.cutShort();
                return;
            }
            gathered.awaitNanos(left);
        }
        gathering.taken();
    }

    /** Whoever took a batch has answered it, and takes the next one. */
    void written() {
        lock.lock();
        try {
            sending--;
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** To be called before the first of these callers is answered. */
    void answering(List<PendingAppend> batch, Answer answer) {
        int events = batch.stream().mapToInt(PendingAppend::events).sum();
        lock.lock();
        try {
            gathering.answering(batch.size());
            pace.written(events, answer.worked(), answer.flushed());
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, then stops. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
            gathered.signal();
        } finally {
            lock.unlock();
        }
        try {
            for (Thread thread : threads) {
                if (!thread.join(settings.timeout())) {
                    log.error("append writer did not stop in time timeout={} waiting={}", settings.timeout(), depth());
                }
            }
            awaitAlone();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.close();
        }
    }

    /** One that came alone before the end, on its caller's thread. */
    private void awaitAlone() throws InterruptedException {
        lock.lock();
        try {
            long left = settings.timeout().toNanos();
            while (sending > 0 && left > 0) {
                left = arrived.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
