package dev.varve.outbox;

import dev.varve.eventstore.LogSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
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

    /** The newest message that was read. */
    record Newest(long position, UUID id) {
        Place place() {
            return Place.of(position, id);
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
    private final AtomicLong generation = new AtomicLong();
    /** Null while it is not known, as when nobody listens. */
    private volatile @Nullable Known known;

    /** How far was read, and what stands there; null before the first message. */
    private record Known(long head, @Nullable Newest newest) {}

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
        Known now = live();
        return now == null ? messages.head() : now.head();
    }

    private @Nullable Known live() {
        return listeners.isEmpty() ? null : known;
    }

    /**
     * Another one when the outbox may not be the one that was read before, because a standby took over that had not
     * received all of it. Who listens and keeps a position in memory must begin again then, from one that is stored.
     */
    public long generation() {
        return generation.get();
    }

    /** Whether it has looked since somebody listens; what is read before is of no generation. */
    boolean isLooking() {
        return live() != null;
    }

    /** The newest message that was read, which stands for all before it; null before the first. */
    @Nullable Newest newest() {
        Known now = known;
        return now == null ? null : now.newest();
    }

    /** What is wanted of the next positions, from memory if they are there; an empty page at the head. */
    public Page read(long after, int limit, SubscriptionFilter filter) {
        Known now = live();
        long upTo = Math.min(after + limit, now == null ? messages.head() : now.head());
        if (upTo <= after) {
            return new Page(List.of(), after);
        }
        List<Message> found = new ArrayList<>();
        long position = after + 1;
        for (; now != null && position <= upTo; position++) {
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

    /** The place of the message at a position; empty when there is none, or none any more. */
    public Optional<Place> place(long position) {
        Known now = live();
        if (now != null && now.newest() != null && now.newest().position() == position) {
            return Optional.of(now.newest().place());
        }
        Message message = now == null ? null : ring.get((int) (position & (RING - 1)));
        return message != null && message.position() == position
                ? Optional.of(message.place())
                : messages.place(position);
    }

    private void wake() {
        asked = true;
        LockSupport.unpark(reader);
    }

    private void run() {
        long pause = FIRST_PAUSE_NANOS;
        while (rest(pause)) {
            try {
                if (known == null) {
                    reached(messages.newest());
                }
                pause = fill() ? FIRST_PAUSE_NANOS : Math.min(pause * 2, maxPauseNanos);
            } catch (OutboxException e) {
                // The next look may succeed; nothing is lost meanwhile, because every reader knows its place.
                log.warn("the outbox could not be read position={} reason={}", position(), e.getMessage());
                if (known == null) {
                    // Who began to listen before may have asked another server than this will.
                    generation.incrementAndGet();
                }
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
                if (known != null) {
                    forget();
                }
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

    private long position() {
        Known now = known;
        return now == null ? -1 : now.head();
    }

    /** Reads the newest message once more, too: it tells whether this is the outbox that was read before. */
    private boolean fill() {
        boolean found = false;
        List<Message> page;
        do {
            long head = position();
            Newest newest = newest();
            page = messages.read(newest == null ? head : head - 1, head + PAGE, SubscriptionFilter.EVERYTHING);
            if (newest != null) {
                if (page.isEmpty() || !newest.equals(newest(page.getFirst()))) {
                    beginAnew(head);
                    return true;
                }
                page = page.subList(1, page.size());
            }
            for (Message message : page) {
                ring.set(
                        (int) (message.position() & (RING - 1)),
                        message.payload().length <= LARGEST_KEPT ? message : null);
            }
            if (!page.isEmpty()) {
                found = true;
                reached(newest(page.getLast()));
            }
        } while (page.size() == PAGE);
        return found;
    }

    private static Newest newest(Message message) {
        return new Newest(message.position(), message.id());
    }

    /** Retention dropped what was the newest here, which all had read then; or the outbox lost it. */
    private void beginAnew(long head) {
        if (head >= messages.earliest()) {
            log.error(
                    "the outbox lost its last messages, as when a standby takes over that lags; readers begin again position={} head={}",
                    head,
                    messages.head());
            // First, so that who reads what came after sees it.
            generation.incrementAndGet();
        }
        forget();
        reached(messages.newest());
    }

    private void forget() {
        known = null;
        for (int slot = 0; slot < RING; slot++) {
            ring.set(slot, null);
        }
    }

    private void reached(@Nullable Newest newest) {
        known = new Known(newest == null ? 0 : newest.position(), newest);
        announce();
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
