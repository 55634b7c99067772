package dev.varve.outbox;

import dev.varve.eventstore.LogSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest messages, read once per node for all subscriptions and feeds of it.
 *
 * <p>One thread reads what is new into a ring: at once when this node appended, otherwise by asking at intervals that
 * grow while nothing happens, because other nodes append too. It rests while nobody listens. Whoever is further behind
 * than the ring reaches is served from the database.
 */
public final class MessageTail implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MessageTail.class);
    private static final int PAGE = 2_000;
    private static final int RING = 1 << 12;
    private static final int LARGEST_KEPT = 16 << 10;
    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(2).toNanos();

    /**
     * Messages of a range of positions.
     *
     * @param messages those that were wanted, in order
     * @param upTo everything up to this position has been seen
     */
    public record Page(List<Message> messages, long upTo) {

        public Page {
            messages = List.copyOf(messages);
        }
    }

    /** Ends the listening. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    private final MessageLog messages;
    private final long maxPauseNanos;
    private final AtomicReferenceArray<@Nullable Message> ring = new AtomicReferenceArray<>(RING);
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Thread reader;
    private volatile boolean started;
    private volatile boolean closed;
    private volatile boolean asked;
    private volatile long head = -1;

    /**
     * Does nothing before somebody listens.
     *
     * @param maxPause how long it waits, when nothing happens, before it asks for messages of other nodes
     */
    public MessageTail(MessageLog messages, LogSignals signals, Duration maxPause) {
        this.messages = messages;
        this.maxPauseNanos = maxPause.toNanos();
        this.reader = Thread.ofPlatform().daemon().name("varve-outbox-tail").unstarted(this::run);
        signals.onGrowth(this::wake);
    }

    /** Runs the listener after messages became readable, on the reading thread: it must be quick and not throw. */
    public Registration onGrowth(Runnable listener) {
        synchronized (reader) {
            listeners.add(listener);
            if (!started) {
                started = true;
                reader.start();
            }
        }
        wake();
        return () -> listeners.remove(listener);
    }

    /** The highest position known to be readable; asks the database when nobody listened so far. */
    public long head() {
        long known = head;
        return known >= 0 && !listeners.isEmpty() ? known : messages.head();
    }

    /** What is wanted of the next positions, from memory if they are there; an empty page at the head. */
    public Page read(long after, int limit, SubscriptionFilter filter) {
        long upTo = Math.min(after + limit, head());
        if (upTo <= after) {
            return new Page(List.of(), after);
        }
        List<Message> found = new ArrayList<>();
        long position = after + 1;
        for (; position <= upTo; position++) {
            Message message = ring.get((int) (position & (RING - 1)));
            if (message == null || message.position() != position) {
                break;
            }
            if (filter.wants(message)) {
                found.add(message);
            }
        }
        return position > after + 1
                ? new Page(found, position - 1)
                : new Page(messages.read(after, upTo, filter), upTo);
    }

    private void wake() {
        asked = true;
        LockSupport.unpark(reader);
    }

    private void run() {
        long pause = FIRST_PAUSE_NANOS;
        while (rest(pause)) {
            try {
                if (head < 0) {
                    head = messages.head();
                    announce();
                }
                pause = fill() ? FIRST_PAUSE_NANOS : Math.min(pause * 2, maxPauseNanos);
            } catch (OutboxException e) {
                // The next look may succeed; nothing is lost meanwhile, because every reader knows its place.
                log.warn("the outbox could not be read position={} reason={}", head, e.getMessage());
                pause = maxPauseNanos;
            }
        }
    }

    /** Waits for a wake-up or the end of the pause; false once closed. */
    private boolean rest(long pause) {
        long end = System.nanoTime() + pause;
        while (!closed && (listeners.isEmpty() || !asked)) {
            long left = end - System.nanoTime();
            if (listeners.isEmpty()) {
                head = -1;
                LockSupport.park(this);
            } else if (left <= 0) {
                break;
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
        asked = false;
        return !closed;
    }

    private boolean fill() {
        boolean found = false;
        List<Message> page;
        do {
            page = messages.read(head, head + PAGE, SubscriptionFilter.EVERYTHING);
            for (Message message : page) {
                ring.set(
                        (int) (message.position() & (RING - 1)),
                        message.payload().length <= LARGEST_KEPT ? message : null);
            }
            if (!page.isEmpty()) {
                found = true;
                head = page.getLast().position();
                announce();
            }
        } while (page.size() == PAGE);
        return found;
    }

    private void announce() {
        listeners.forEach(Runnable::run);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(reader);
    }
}
