package dev.varve.transit.events;

import dev.varve.events.EventType;
import org.jspecify.annotations.Nullable;

/** What happens to a line. */
public sealed interface LineEvent extends TransitEvent {

    LineId lineId();

    /**
     * A line became known.
     *
     * @param label what is written on the vehicle, for example {@code U3}
     * @param colorHex {@code #RRGGBB}
     */
    @EventType("transit.line-registered")
    record LineRegistered(
            LineId lineId,
            String label,
            TransportMode mode,
            String operator,
            @Nullable String description,
            @Nullable String colorHex)
            implements LineEvent {}

    /** A known line is described differently now; holds the whole new description. */
    @EventType("transit.line-changed")
    record LineChanged(
            LineId lineId,
            String label,
            TransportMode mode,
            String operator,
            @Nullable String description,
            @Nullable String colorHex)
            implements LineEvent {}
}
