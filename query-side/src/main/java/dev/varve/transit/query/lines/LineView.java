package dev.varve.transit.query.lines;

import dev.varve.transit.events.TransportMode;
import org.jspecify.annotations.Nullable;

/** A line as it is described now. */
record LineView(
        String id,
        String label,
        TransportMode mode,
        String operator,
        @Nullable String description,
        @Nullable String colorHex,
        long version,
        long position) {}
