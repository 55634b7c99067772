package dev.varve.eventstore.axon;

import dev.varve.eventstore.RecordedEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.jspecify.annotations.Nullable;

/** One processor's way through the log. For one thread at a time, save for its callback. */
final class LogStream implements TrackingEventStream {

    private final LogTail tail;
    private final Deque<TrackedEventMessage<?>> ready = new ArrayDeque<>();
    private long reached;
    private volatile @Nullable Runnable callback;
    private volatile boolean closed;

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
            if (closed || !tail.awaitBeyond(reached, deadline - System.nanoTime())) {
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
        while (ready.isEmpty() && reached < tail.last()) {
            List<? extends TrackedEventMessage<?>> next = tail.at(reached + 1);
            if (next != null) {
                ready.addAll(next);
                reached++;
                continue;
            }
            List<RecordedEvent> page = tail.page(reached);
            if (page.isEmpty()) {
                return false;
            }
            ready.addAll(tail.decode(page));
            reached = page.getLast().position();
        }
        return !ready.isEmpty();
    }

    @Override
    public boolean setOnAvailableCallback(Runnable onAvailable) {
        callback = onAvailable;
        return true;
    }

    void announce() {
        Runnable listener = callback;
        if (listener != null) {
            listener.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        tail.closed(this);
    }
}
