package dev.varve.projection.parked;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What has one cause: often a single mistake in the projection parks many sequences. */
public record ParkedCause(
        String projection,
        @Nullable String cause,
        @Nullable String where,
        long sequences,
        long events,
        Instant since) {}
