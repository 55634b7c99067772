package dev.varve.transit.command.gtfs;

import dev.varve.transit.events.TransportMode;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * A row of routes.txt, with what its agency says.
 *
 * @param transportType the route type in the feed's own number where it is finer than the mode
 * @param zone in which the times of its trips are given; always the agency's, never the stop's
 */
record Route(
        String id,
        long line,
        String label,
        TransportMode mode,
        @Nullable String transportType,
        String operator,
        ZoneId zone,
        @Nullable String description,
        @Nullable String color) {}
