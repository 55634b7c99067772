package dev.varve.transit.events;

import dev.varve.events.EventType;
import java.util.List;

/** What happens to a station. */
public sealed interface StationEvent extends TransitEvent {

    StationId stationId();

    /**
     * A station became known.
     *
     * @param latitude WGS 84, degrees
     * @param longitude WGS 84, degrees
     * @param modes without repetition, in the order of {@link TransportMode}
     * @param timezone IANA name, for example {@code Europe/Berlin}
     */
    @EventType("transit.station-registered")
    record StationRegistered(
            StationId stationId,
            String name,
            String place,
            double latitude,
            double longitude,
            List<TransportMode> modes,
            String timezone)
            implements StationEvent {
        public StationRegistered {
            modes = List.copyOf(modes);
        }
    }

    /** A known station is described differently now; holds the whole new description. */
    @EventType("transit.station-changed")
    record StationChanged(
            StationId stationId,
            String name,
            String place,
            double latitude,
            double longitude,
            List<TransportMode> modes,
            String timezone)
            implements StationEvent {
        public StationChanged {
            modes = List.copyOf(modes);
        }
    }
}
