package dev.varve.transit.command.station;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import java.util.List;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Make a station known, or describe a known one as it is now. Answers with a {@link dev.varve.command.Outcome}; a
 * description that is known already writes nothing.
 *
 * @param place the town; empty where the source does not say
 * @param modes in any order, with or without repetition
 * @param timezone IANA name
 */
public record RegisterStation(
        StationId stationId,
        String name,
        String place,
        double latitude,
        double longitude,
        List<TransportMode> modes,
        String timezone) {

    /** The time zone of a station whose source does not say; the predecessor's default. */
    public static final String DEFAULT_TIMEZONE = "Europe/Berlin";

    public RegisterStation {
        BOUNDS.id("stationId", stationId.value(), TransitBounds.ID);
        BOUNDS.name("name", name, TransitBounds.NAME);
        BOUNDS.text("place", place, TransitBounds.NAME);
        BOUNDS.coordinates("latitude", latitude, "longitude", longitude);
        BOUNDS.timeZone("timezone", timezone);
        modes = modes.stream().distinct().sorted().toList();
    }

    @TargetAggregateIdentifier
    public String stream() {
        return TransitStreams.of(stationId);
    }
}
