package dev.varve.transit.query.stations;

import dev.varve.transit.events.TransportMode;
import java.util.List;

/** A station as it is described now; coordinates in WGS 84 degrees. */
record StationView(
        String id,
        String name,
        String place,
        double latitude,
        double longitude,
        List<TransportMode> modes,
        String timezone,
        long version,
        long position) {

    StationView {
        modes = List.copyOf(modes);
    }
}
