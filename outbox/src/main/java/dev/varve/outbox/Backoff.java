package dev.varve.outbox;

import java.time.Duration;

/** Waits that double from a first to a longest. */
public record Backoff(Duration first, Duration longest) {

    /** @param failures in a row, counted from 1 */
    long nanos(int failures) {
        int doublings = Math.min(failures - 1, 30);
        long wait = first.toNanos() << Math.min(doublings, Long.numberOfLeadingZeros(first.toNanos()) - 2);
        return Math.min(wait, longest.toNanos());
    }
}
