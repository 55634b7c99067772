package dev.varve.transit.command.departure;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is known of a departure, and when its source said so.
 *
 * <p>Each thing has a time of its own: a timetable read today must not hide the delay that a recording of yesterday
 * still has to tell.
 */
record Known<T>(T value, Instant since) {

    /** What is assumed until somebody says something. */
    static <T> Known<T> assumed(T value) {
        return new Known<>(value, Instant.MIN);
    }

    /**
     * What an observation says, if it is news. To be silent is not, nor to say the same, nor to be older than what is
     * known; of two equally old observations the later to arrive wins.
     */
    Optional<T> newsIn(@Nullable T said, Instant observedAt) {
        return said == null || said.equals(value) || observedAt.isBefore(since) ? Optional.empty() : Optional.of(said);
    }
}
