package dev.varve.eventstore.axon;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One processor's way through the log. For one thread at a time, save for its callback. */
final class LogStream implements TrackingEventStream {

    private static final Logger log = LoggerFactory.getLogger(LogStream.class);

    private final LogTail tail;
    private final Deque<TrackedEventMessage<?>> ready = new ArrayDeque<>();
    private long reached;
    private boolean looked;
    private volatile @Nullable Runnable callback;
    private volatile boolean closed;
    private volatile boolean brokenOff;

    LogStream(LogTail tail, long after) {
        this.tail = tail;
        this.reached = after;
    }

    @Override
    public Optional<TrackedEventMessage<?>> peek() {
        advance();
        return Optional.ofNullable(ready.peekFirst());
    }

    @Override
    public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        while (!advance()) {
            if (closed || !tail.awaitBeyond(this, reached, deadline - System.nanoTime())) {
                refuseIfBrokenOff();
                return false;
            }
        }
        return true;
    }

    @Override
    public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
        while (!hasNextAvailable(1, TimeUnit.SECONDS)) {
            if (closed) {
                throw new IllegalStateException("the stream is closed");
            }
        }
        return ready.removeFirst();
    }

    /** Fetches what comes next, if it is there; an event that upcasting removed is passed over. */
    private boolean advance() {
        refuseIfBrokenOff();
        while (ready.isEmpty() && reached < tail.last()) {
            List<? extends TrackedEventMessage<?>> next = tail.at(reached + 1);
            if (next != null) {
                ready.addAll(next);
                reached++;
                continue;
            }
            long before = reached;
            take(tail.page(reached));
            if (reached == before) {
                return false;
            }
        }
        if (ready.isEmpty() && !looked) {
            // The tail may not have looked yet; what was there before the opening must be found at once.
            take(tail.page(reached));
        }
        looked = true;
        return !ready.isEmpty();
    }

    private void take(SharedPages.Page page) {
        ready.addAll(page.after(reached));
        reached = Math.max(reached, page.through());
    }

    @Override
    public boolean setOnAvailableCallback(Runnable onAvailable) {
        callback = onAvailable;
        return true;
    }

    /** Calls the processor; one whose callback fails must not hold up the others, and finds its events when it asks. */
    void announce() {
        Runnable listener = callback;
        if (listener == null || closed) {
            return;
        }
        try {
            listener.run();
        } catch (RuntimeException e) {
            log.warn("the callback of a reader failed position={}", tail.last(), e);
        }
    }

    /** What it has read is no longer so: from now on it answers with an exception. */
    void breakOff() {
        brokenOff = true;
    }

    private void refuseIfBrokenOff() {
        if (brokenOff) {
            throw new IllegalStateException(
                    "the log lost events that this reader has seen; it has to begin again from its stored token");
        }
    }

    @Override
    public void close() {
        closed = true;
        tail.closed(this);
    }
}
