package dev.varve.migrations;

import java.time.Duration;

/**
 * How long a migration may wait and work. Every statement that waits for a table lock makes all traffic on that table
 * queue behind it, so the wait is short and ends in an error instead.
 *
 * @param lock longest wait for one lock
 * @param statement longest run of one statement
 */
public record Timeouts(Duration lock, Duration statement) {

    /** Five seconds for a lock, fifteen minutes for a statement. */
    public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(5), Duration.ofMinutes(15));

    public Timeouts {
        if (lock.isNegative() || lock.isZero() || statement.isNegative() || statement.isZero()) {
            throw new IllegalArgumentException(
                    "a migration's time-outs are positive, not %s and %s".formatted(lock, statement));
        }
    }

    String settings() {
        return "SET lock_timeout = %d; SET statement_timeout = %d".formatted(lock.toMillis(), statement.toMillis());
    }
}
