package dev.varve.projection.replay;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A replay as it stands. Everything from {@code from} up to {@code position} was replayed, and nothing else.
 *
 * @param state {@code running, paused, done, cancelled, failed}
 * @param from first position of the range
 * @param to last position of the range
 * @param done positions of the range that were gone through
 * @param total positions of the range
 * @param events of these that were wanted and given to the projection
 * @param rowsChanged rows that had not seen them; in a dry run, that would have been changed
 * @param parked events left out because their sequence is parked
 * @param failed events that could not be applied, and those behind them in their sequences
 * @param errors the first of them, by position and cause
 * @param error what ended it, or keeps it from going on
 * @param eventsPerSecond of these, lately; 0 when it does not run
 * @param secondsLeft null while nobody knows
 * @param node which works on it; null when none does
 */
public record Replay(
        long id,
        String projection,
        String state,
        long from,
        long to,
        long position,
        long done,
        long total,
        long events,
        long eventsPerSecond,
        @Nullable Long secondsLeft,
        long rowsChanged,
        long parked,
        long failed,
        List<String> errors,
        @Nullable String error,
        List<String> types,
        List<String> streams,
        @Nullable Integer maxRate,
        boolean dryRun,
        @Nullable String node,
        String askedBy,
        Instant startedAt,
        Instant updatedAt,
        @Nullable Instant endedAt) {

    public Replay {
        errors = List.copyOf(errors);
        types = List.copyOf(types);
        streams = List.copyOf(streams);
    }

    /** Whether nothing more happens to it. */
    public boolean over() {
        return endedAt != null;
    }
}
