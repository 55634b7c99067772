package dev.varve.eventstore;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Group loading: callers that want a stream while others are being loaded go together, in one statement.
 *
 * <p>The first goes at once and on its own thread. While as many loads are under way as are allowed, those that come wait;
 * whoever is done hands over to the first of them, who takes all that wait along. So a lone caller waits for nobody, and no
 * thread is kept for it. What was read is made into events by each caller for itself.
 */
final class LoadQueue {

    /** One that the server works on and one whose rows are read. */
    private static final int UNDER_WAY = 2;

    static final int MOST_STREAMS = 128;
    private static final long MOST_BYTES = 8L << 20;
    private static final String DATA_EXCEPTION = "22";

    private final Loading loading;
    private final Duration timeout;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Load> waiting = new ArrayDeque<>();
    private int underWay;
    private int mostStreams = MOST_STREAMS;

    /** @param timeout how long a caller waits for those before it */
    LoadQueue(Loading loading, Duration timeout) {
        this.loading = loading;
        this.timeout = timeout;
    }

    /** Reads several streams in one statement; each list holds what the stream of that place has. */
    @FunctionalInterface
    interface Loading {
        List<List<RecordedEvent>> load(List<Wanted> streams);
    }

    /** @param limit at most so many events after the snapshot */
    record Wanted(String streamId, int limit) {}

    /** What became of a caller's load; set by another caller, then the thread is woken. */
    private static final class Load {

        private final Wanted wanted;
        private final Thread caller = Thread.currentThread();
        private volatile @Nullable List<RecordedEvent> events;
        private volatile boolean leads;
        private volatile @Nullable EventLogException failure;

        private Load(Wanted wanted) {
            this.wanted = wanted;
        }

        private boolean settled() {
            return events != null || leads || failure != null;
        }

        private void answer(List<RecordedEvent> found) {
            events = found;
            LockSupport.unpark(caller);
        }

        private void fail(EventLogException cause) {
            failure = cause;
            LockSupport.unpark(caller);
        }

        private void promote() {
            leads = true;
            LockSupport.unpark(caller);
        }
    }

    /**
     * A stream's newest snapshot and what follows it.
     *
     * @throws EventLogException if the database would not, or others took too long
     */
    List<RecordedEvent> load(Wanted wanted) {
        Load load = new Load(wanted);
        if (!startsAtOnce(load)) {
            await(load);
            List<RecordedEvent> events = load.events;
            if (events != null) {
                return events;
            }
            EventLogException failure = load.failure;
            if (failure != null) {
                return aloneUnless(failure, wanted);
            }
        }
        return lead(load);
    }

    /** Callers that wait for those before them. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean startsAtOnce(Load load) {
        lock.lock();
        try {
            if (underWay < UNDER_WAY) {
                underWay++;
                return true;
            }
            waiting.addLast(load);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void await(Load load) {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean interrupted = false;
        while (!load.settled()) {
            long left = deadline - System.nanoTime();
            if (left <= 0 && withdrawn(load)) {
                throw new EventLogException(
                        "could not read stream %s: those before it took longer than %s"
                                .formatted(load.wanted.streamId(), timeout),
                        null);
            }
            LockSupport.parkNanos(this, Math.max(left, 1_000_000));
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** False if somebody has taken it along, or is handing over to it. */
    private boolean withdrawn(Load load) {
        lock.lock();
        try {
            return waiting.remove(load);
        } finally {
            lock.unlock();
        }
    }

    private List<RecordedEvent> lead(Load own) {
        List<Load> together = new ArrayList<>();
        together.add(own);
        lock.lock();
        try {
            while (together.size() < mostStreams && !waiting.isEmpty()) {
                together.add(waiting.removeFirst());
            }
        } finally {
            lock.unlock();
        }
        List<List<RecordedEvent>> loaded;
        try {
            loaded = loading.load(together.stream().map(load -> load.wanted).toList());
        } catch (EventLogException e) {
            if (e.getCause() instanceof SQLTransientConnectionException) {
                together.addAll(takeAll());
            }
            List<Load> others = together.subList(1, together.size());
            others.forEach(other -> other.fail(e));
            if (others.isEmpty()) {
                throw e;
            }
            return aloneUnless(e, own.wanted);
        } catch (RuntimeException | Error e) {
            // Those who were taken along wait until they are told, whatever it was.
            EventLogException failure =
                    new EventLogException("could not read " + together.size() + " streams: " + e, e);
            together.subList(1, together.size()).forEach(other -> other.fail(failure));
            throw e;
        } finally {
            handOver();
        }
        long bytes = size(loaded.getFirst());
        for (int n = 1; n < together.size(); n++) {
            bytes += size(loaded.get(n));
            together.get(n).answer(loaded.get(n));
        }
        learn(bytes);
        return loaded.getFirst();
    }

    /** Those who still wait when no connection was to be had in time; each of them would only wait as long once more. */
    private List<Load> takeAll() {
        lock.lock();
        try {
            List<Load> all = List.copyOf(waiting);
            waiting.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** What the server found wrong with one stream's id is no matter of the others. */
    private List<RecordedEvent> aloneUnless(EventLogException failure, Wanted wanted) {
        if (failure.getCause() instanceof SQLException e
                && e.getSQLState() != null
                && e.getSQLState().startsWith(DATA_EXCEPTION)) {
            return loading.load(List.of(wanted)).getFirst();
        }
        throw new EventLogException(String.valueOf(failure.getMessage()), failure);
    }

    private void handOver() {
        Load next;
        lock.lock();
        try {
            next = waiting.pollFirst();
            if (next == null) {
                underWay--;
                return;
            }
        } finally {
            lock.unlock();
        }
        next.promote();
    }

    private static long size(List<RecordedEvent> events) {
        long bytes = 0;
        for (RecordedEvent event : events) {
            bytes += event.payload().length + event.metadata().length;
        }
        return bytes;
    }

    /** Large streams are not loaded together, so that they need not be in memory together. */
    private void learn(long bytes) {
        lock.lock();
        try {
            mostStreams = bytes > MOST_BYTES ? Math.max(1, mostStreams / 2) : Math.min(MOST_STREAMS, mostStreams + 1);
        } finally {
            lock.unlock();
        }
    }
}
