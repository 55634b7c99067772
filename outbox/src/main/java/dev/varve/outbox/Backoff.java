package dev.varve.outbox;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Waits that double from a first to a longest, each shortened by up to a quarter at random, so that those who failed
 * together do not come back together.
 *
 * @param chance from 0 to 1; always 0 for waits that are not shortened
 */
public record Backoff(Duration first, Duration longest, DoubleSupplier chance) {

    private static final double MOST_OFF = 0.25;

    /** Without chance. */
    public Backoff(Duration first, Duration longest) {
        this(first, longest, () -> 0);
    }

    /** @param failures in a row, counted from 1 */
    long nanos(int failures) {
        int doublings = Math.min(failures - 1, 30);
        long wait = first.toNanos() << Math.min(doublings, Long.numberOfLeadingZeros(first.toNanos()) - 2);
        return (long) (Math.min(wait, longest.toNanos()) * (1 - MOST_OFF * chance.getAsDouble()));
    }
}
