package dev.varve.eventstore;

import dev.varve.eventstore.AppendStatement.Answer;
import dev.varve.eventstore.AppendWaits.Stage;
import dev.varve.eventstore.AppendWriter.Activity;
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
import javax.sql.DataSource;
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
 * <p>A stream is in a batch at most once, hence a conflict fails its own caller only. When the queue is full a caller is
 * refused at once; one that waited too long is told whether its events may still be written.
 */
final class AppendQueue implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AppendQueue.class);
    private static final int LOOK_AHEAD = 4_000;

    private final AppendSettings settings;
    private final List<AppendWriter> writers;

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
        this.writers = IntStream.rangeClosed(1, settings.writers())
                .mapToObj(number -> new AppendWriter(this, number, dataSource, settings, observer))
                .toList();
        writers.forEach(AppendWriter::start);
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
        List<Activity> activities = writers.stream().map(AppendWriter::activity).toList();
        return activities.stream()
                .filter(activity -> activity.stage() != Stage.IDLE)
                .max(Comparator.comparing(Activity::duration))
                .orElse(activities.getFirst());
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
        return sending == 0 ? !waiting.isEmpty() : pace.worthItsFlush(waitingEvents);
    }

    private void wakeWriter() {
        if (sending < writers.size() && startsBatch()) {
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
            for (AppendWriter writer : writers) {
                if (!writer.join(settings.timeout())) {
                    log.error("append writer did not stop in time timeout={} waiting={}", settings.timeout(), depth());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
