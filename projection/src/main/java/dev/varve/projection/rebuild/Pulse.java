package dev.varve.projection.rebuild;

import dev.varve.projection.rebuild.Rebuild.Wanted;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a lease while the work goes on, shows how far it is, and hears what is wanted. */
final class Pulse implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

    private static final long INTERVAL_MS = 300;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(Lease.SECONDS);

    private final Lease lease;
    private final @Nullable Integer maxRate;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("rebuild-pulse").daemon().factory());
    private final AtomicLong events = new AtomicLong();
    private final long startedAt = System.nanoTime();
    private final long eventsBefore;
    private volatile long scanned;
    private volatile long target;
    private volatile Wanted wanted;
    private volatile boolean closing;
    private volatile boolean lost;
    private long heardAt = System.nanoTime();
    private long rate;
    private long countedAt = System.nanoTime();
    private long counted;

    Pulse(Lease lease, Rebuild rebuild) {
        this.lease = lease;
        this.maxRate = rebuild.maxRate();
        this.wanted = rebuild.wanted();
        this.scanned = rebuild.position();
        this.target = rebuild.target();
        this.events.set(rebuild.events());
        this.eventsBefore = rebuild.events();
        this.counted = rebuild.events();
    }

    void start() {
        var unused = executor.scheduleWithFixedDelay(this::beat, INTERVAL_MS, INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    private void beat() {
        long now = System.nanoTime();
        if (now - countedAt > TimeUnit.SECONDS.toNanos(1)) {
            long current = events.get();
            long lately = (long) ((current - counted) / ((now - countedAt) / 1e9));
            rate = rate == 0 ? lately : (rate * 2 + lately) / 3;
            counted = current;
            countedAt = now;
        }
        try {
            wanted = lease.heartbeat(scanned, target, events.get(), rate);
            heardAt = now;
        } catch (LeaseLost e) {
            lost = true;
        } catch (SQLException e) {
            LOG.warn("rebuild={} heartbeat=failed retry_ms={}", lease.id(), INTERVAL_MS, e);
            lost |= now - heardAt > PATIENCE;
        }
    }

    /** Whether nothing speaks against going on: no pause, no cancel, no other node, no shutdown. */
    boolean goOn() {
        return !lost
                && !closing
                && switch (wanted) {
                    case RUN, SWITCH, UNDO -> true;
                    case PAUSE, CANCEL -> false;
                };
    }

    Wanted wanted() {
        return wanted;
    }

    boolean lost() {
        return lost;
    }

    /** Makes the work end soon; it can be gone on with elsewhere. */
    void stop() {
        closing = true;
    }

    void target(long position) {
        target = position;
    }

    long events() {
        return events.get();
    }

    /** Counts what was done, and waits when that was more than the operator allows for the time. */
    void passed(long position, int of) {
        scanned = position;
        long sofar = events.addAndGet(of);
        if (maxRate == null) {
            return;
        }
        long due = startedAt + (long) ((sofar - eventsBefore) * 1e9 / maxRate);
        for (long ahead = due - System.nanoTime(); ahead > 0 && goOn(); ahead = due - System.nanoTime()) {
            LockSupport.parkNanos(this, Math.min(ahead, TimeUnit.MILLISECONDS.toNanos(100)));
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
