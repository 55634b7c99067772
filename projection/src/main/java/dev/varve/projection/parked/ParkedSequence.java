package dev.varve.projection.parked;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of which a projection applies nothing since one of its events failed.
 *
 * @param events how many wait
 * @param eventId of the first of them, on which the others wait
 * @param position of that event; null where the log gives none
 * @param cause class of the exception
 * @param where it came from, or which rule of the database was broken
 * @param since when it was parked
 */
public record ParkedSequence(
        String projection,
        String sequence,
        long events,
        String eventId,
        @Nullable Long position,
        String eventType,
        @Nullable String cause,
        @Nullable String where,
        Instant since) {}
