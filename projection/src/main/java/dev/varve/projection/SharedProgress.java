package dev.varve.projection;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.axonframework.eventhandling.EventTrackerStatus;

/**
 * Progress as the processors of this node know it, and as other nodes reported it for what this one does not run.
 *
 * <p>Nobody who waits asks the database: a commit here wakes all who wait, and what other nodes report is read once for
 * all of them, at most every {@link ReportedProgress#INTERVAL}.
 */
final class SharedProgress implements ProjectionProgress {

    /** Events that a projection does not want move it along without a commit, so waiting looks again by itself. */
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(5);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final LocalSegments local;
    private final ReportedProgress reported;

    SharedProgress(LocalSegments local, ReportedProgress reported) {
        this.local = local;
        this.reported = reported;
    }

    /** Wakes all who wait; called after each commit of a projection here. */
    void moved() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public OptionalLong position(String projection) {
        Optional<Map<Integer, EventTrackerStatus>> segments = local.of(projection);
        if (segments.isPresent() && isWhole(segments.get().values())) {
            return slowest(segments.get().values());
        }
        return reported.position(projection);
    }

    @Override
    public Optional<String> await(Collection<String> projections, long position, Duration atMost)
            throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            Optional<String> behind = behind(projections, position);
            long left = deadline - System.nanoTime();
            if (behind.isEmpty() || left <= 0) {
                return behind;
            }
            lock.lockInterruptibly();
            try {
                long unused = moved.awaitNanos(Math.min(left, LOOK_AGAIN));
            } finally {
                lock.unlock();
            }
        }
    }

    private Optional<String> behind(Collection<String> projections, long position) {
        return projections.stream()
                .filter(projection -> position(projection).orElse(0) < position)
                .findFirst();
    }

    /** Whether the segments together are all there are: each is a known fraction of the whole. */
    private static boolean isWhole(Collection<EventTrackerStatus> segments) {
        return segments.stream()
                        .mapToDouble(status -> 1.0 / (status.getSegment().getMask() + 1))
                        .sum()
                >= 1.0;
    }

    private static OptionalLong slowest(Collection<EventTrackerStatus> segments) {
        long slowest = Long.MAX_VALUE;
        for (EventTrackerStatus segment : segments) {
            OptionalLong position = segment.getCurrentPosition();
            if (position.isEmpty()) {
                return OptionalLong.empty();
            }
            slowest = Math.min(slowest, position.getAsLong());
        }
        return slowest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(slowest);
    }

    /** The segments of a projection that run here. */
    interface LocalSegments {
        Optional<Map<Integer, EventTrackerStatus>> of(String projection);
    }
}
