package dev.varve.transit.query.departures;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change of a departure.
 *
 * @param change its name, for example {@code delayed}
 * @param detail the values that were new
 * @param observedAt when the source said so
 * @param recordedAt when it was written to the log
 */
record DepartureChange(
        long position,
        long version,
        String change,
        Map<String, @Nullable Object> detail,
        Instant observedAt,
        Instant recordedAt) {}
