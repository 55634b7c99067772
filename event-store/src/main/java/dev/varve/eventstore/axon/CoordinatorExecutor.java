package dev.varve.eventstore.axon;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Runs the coordinator of one {@code PooledStreamingEventProcessor}, sooner than it asks for when its workers were busy or
 * after trouble.
 *
 * <p>Axon's coordinator hands out events until the queue of one segment holds 1,024, and looks again after 100 ms. Workers
 * that need less for what they have run dry, so a processor that is behind and reads from a fast source handles no more than
 * 10,000 to 20,000 events a second. The source cannot help: a coordinator that waits ignores its calls.
 *
 * <p>After an error the coordinator waits twice as long as the time before, up to a minute; a database that is back after a
 * long outage would be noticed that late. It waits 5 s at most. All other delays stay as they are.
 */
public final class CoordinatorExecutor extends ScheduledThreadPoolExecutor {

    private static final long QUEUES_FULL_MILLIS = 100;
    private static final long SOON_MILLIS = 1;
    private static final long LONGEST_MILLIS = 5_000;

    /** @param threads makes the one thread that it needs */
    public CoordinatorExecutor(ThreadFactory threads) {
        super(1, threads);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        long millis = unit.toMillis(delay);
        return super.schedule(
                command,
                millis == QUEUES_FULL_MILLIS ? SOON_MILLIS : Math.min(millis, LONGEST_MILLIS),
                TimeUnit.MILLISECONDS);
    }
}
