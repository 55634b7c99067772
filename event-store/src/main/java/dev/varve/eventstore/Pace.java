package dev.varve.eventstore;

import java.time.Duration;

/**
 * Whether a batch is worth a flush of its own, by what the last ones cost PostgreSQL.
 *
 * <p>While a batch is written the callers it will answer have no next one ready. Their work can overlap with a second
 * batch, sent meanwhile, but two batches are two flushes, one after the other under the lock. So it pays where PostgreSQL
 * works on a batch for longer than it flushes it: with many callers or a quick disk, and not with few or a slow one.
 *
 * <p>Guarded by the lock of the queue.
 */
final class Pace {

    private static final double MARGIN = 1.5;
    private static final double WEIGHT = 1.0 / 16;

    private double flushNanos = Double.NaN;
    private double eventNanos = Double.NaN;

    /** PostgreSQL worked on so many events for a time, and spent another on the way and the flush. */
    void written(int events, Duration worked, Duration flushed) {
        flushNanos = mean(flushNanos, (double) flushed.toNanos());
        eventNanos = mean(eventNanos, (double) worked.toNanos() / events);
    }

    /** Never, before anything is known. */
    boolean worthItsFlush(int events) {
        return events * eventNanos > MARGIN * flushNanos;
    }

    private static double mean(double before, double next) {
        return Double.isNaN(before) ? next : before + WEIGHT * (next - before);
    }
}
