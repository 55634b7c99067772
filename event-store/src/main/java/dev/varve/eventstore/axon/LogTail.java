package dev.varve.eventstore.axon;

import dev.varve.eventstore.ArchivedEventsException;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.RecordedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the log, read once per node and shared by all processors.
 *
 * <p>A ring of decoded events; because positions are dense, an event's place in it is its position. One thread fills it:
 * at once when this node wrote, otherwise by asking at intervals that grow while nothing happens. It holds as many events
 * as it has places, or fewer when they are large. A processor that fell out of it reads {@link SharedPages} until it is
 * back.
 */
final class LogTail implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogTail.class);
    private static final int PAGE = 1_000;
    private static final int SIZE = 1 << 13;
    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(2).toNanos();

    /** How many times longer a node rests that hears the others. */
    private static final int HEARING = 5;

    private record Entry(long position, List<TrackedEventMessage<?>> messages, long bytes) {}

    private final EventLog eventLog;
    private final PostgresEventStorageEngine engine;
    private final LogSignals signals;
    private final long maxPauseNanos;
    private final long mostBytes;
    private final SharedPages pages;
    private final AtomicReferenceArray<@Nullable Entry> ring = new AtomicReferenceArray<>(SIZE);
    private final Set<LogStream> streams = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final Condition wanted = lock.newCondition();
    private boolean asked;
    private boolean closed;
    private @Nullable Thread reader;
    private volatile long last = -1;
    /** Id of the event at that position; null while it is not known. */
    private @Nullable String lastId;

    private long oldest = Long.MAX_VALUE;
    private long bytes;

    /** @param window bytes of events kept in memory, half of them for the end of the log */
    LogTail(EventLog eventLog, PostgresEventStorageEngine engine, LogSignals signals, Duration maxPause, long window) {
        this.eventLog = eventLog;
        this.engine = engine;
        this.signals = signals;
        this.maxPauseNanos = maxPause.toNanos();
        this.mostBytes = window / 2;
        this.pages = new SharedPages(eventLog, engine, window / 2);
        signals.onGrowth(this::wake);
    }

    LogStream open(long after) {
        LogStream stream = new LogStream(this, after);
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the event store is shut down");
            }
            streams.add(stream);
            if (reader == null) {
                reader = Thread.ofPlatform().daemon().name("varve-log-tail").start(this::run);
            }
        } finally {
            lock.unlock();
        }
        wake();
        return stream;
    }

    /** Forgets a stream and lets go whoever waits on it. */
    void closed(LogStream stream) {
        lock.lock();
        try {
            streams.remove(stream);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Position up to which events are here or were; -1 before the first look. */
    long last() {
        return last;
    }

    /** The messages at a position, or null when they are not, or no longer, in the ring. */
    @Nullable List<? extends TrackedEventMessage<?>> at(long position) {
        Entry entry = ring.get(slot(position));
        return entry != null && entry.position() == position ? entry.messages() : null;
    }

    /** A page that is no longer, or not yet, in the ring. */
    SharedPages.Page page(long after) {
        return pages.read(after, last);
    }

    /** Waits until the log is known to reach beyond a position; false when the time is up or the stream closed first. */
    boolean awaitBeyond(LogStream stream, long position, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (last <= position) {
                if (left <= 0 || closed || !streams.contains(stream)) {
                    return false;
                }
                left = grown.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            asked = true;
            wanted.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        long pause = FIRST_PAUSE_NANOS;
        while (rest(pause)) {
            try {
                if (last < 0) {
                    advance(eventLog.head());
                }
                boolean found = false;
                while (fill()) {
                    found = true;
                }
                pause = found ? FIRST_PAUSE_NANOS : Math.min(pause * 2, longestPause());
            } catch (RuntimeException | Error e) {
                // The next look may succeed; nothing is lost meanwhile, because every stream knows its place. Without
                // this thread all processors of the node would stand still, so it outlives errors, too.
                log.warn("the log could not be read position={} reason={}", last, e.toString());
                pause = maxPauseNanos;
            }
        }
    }

    /** Who is told of new events asks for what he may have missed, and that can wait. */
    private long longestPause() {
        return signals.hearsOthers() ? maxPauseNanos * HEARING : maxPauseNanos;
    }

    /** Waits for a wake-up or the end of the pause; false once closed. */
    private boolean rest(long pause) {
        long left = pause;
        lock.lock();
        try {
            while (!closed && (streams.isEmpty() || (!asked && left > 0))) {
                if (streams.isEmpty()) {
                    wanted.await();
                } else {
                    left = wanted.awaitNanos(left);
                }
            }
            asked = false;
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Reads the last event once more, too: it tells whether this is the log that was read before. */
    private boolean fill() {
        long known = last;
        List<RecordedEvent> rows;
        try {
            rows = eventLog.read(Math.max(0, known - 1), PAGE + 1);
        } catch (ArchivedEventsException e) {
            // Nobody here read for long. Who still wants archived events is told so when he asks for them.
            lastId = null;
            advance(eventLog.head());
            return true;
        }
        if (known > 0) {
            if (rows.isEmpty() || !isLast(known, rows.getFirst())) {
                beginAnew(known);
                return true;
            }
            lastId = rows.getFirst().eventId();
            rows = rows.subList(1, rows.size());
        }
        if (rows.isEmpty()) {
            return false;
        }
        place(rows);
        lastId = rows.getLast().eventId();
        advance(rows.getLast().position());
        return rows.size() >= PAGE;
    }

    private boolean isLast(long known, RecordedEvent event) {
        return event.position() == known && (lastId == null || event.eventId().equals(lastId));
    }

    /**
     * A server took over that had not received all of the log. Tokens went back with it, for they are in the same database;
     * readers that stayed where they were would pass over what is written in the place of what was lost.
     */
    private void beginAnew(long known) {
        long head = eventLog.head();
        log.error(
                "the log lost its last events, as when a standby takes over that lags; readers begin again position={} head={}",
                known,
                head);
        signals.endsAt(head);
        List<LogStream> broken;
        lock.lock();
        try {
            for (int slot = 0; slot < SIZE; slot++) {
                ring.set(slot, null);
            }
            bytes = 0;
            oldest = Long.MAX_VALUE;
            pages.clear();
            broken = List.copyOf(streams);
            streams.clear();
            broken.forEach(LogStream::breakOff);
            lastId = null;
            last = head;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        broken.forEach(LogStream::announce);
    }

    private void place(List<RecordedEvent> rows) {
        Map<Long, List<TrackedEventMessage<?>>> decoded = new HashMap<>();
        engine.decode(rows)
                .forEach(message -> decoded.computeIfAbsent(
                                PostgresEventStorageEngine.position(message.trackingToken()), at -> new ArrayList<>(1))
                        .add(message));
        for (RecordedEvent row : rows) {
            Entry entry =
                    new Entry(row.position(), decoded.getOrDefault(row.position(), List.of()), EventRows.bytes(row));
            Entry before = ring.getAndSet(slot(row.position()), entry);
            bytes += entry.bytes() - (before == null ? 0 : before.bytes());
            oldest = Math.max(Math.min(oldest, row.position()), row.position() - SIZE + 1);
            while (bytes > mostBytes && oldest < row.position()) {
                Entry dropped = ring.getAndSet(slot(oldest++), null);
                bytes -= dropped == null ? 0 : dropped.bytes();
            }
        }
    }

    private static int slot(long position) {
        return (int) (position & (SIZE - 1));
    }

    private void advance(long position) {
        lock.lock();
        try {
            last = position;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        signals.seen(position);
        streams.forEach(LogStream::announce);
    }

    @Override
    public void close() {
        Thread running;
        lock.lock();
        try {
            closed = true;
            running = reader;
            wanted.signalAll();
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        if (running != null) {
            running.interrupt();
        }
        pages.clear();
    }
}
