package dev.varve.transit.events;

import org.jspecify.annotations.Nullable;

/**
 * What a source says of a departure beyond time, place and state. Null: the source did not say.
 *
 * @param tripId the trip as the source numbers it
 * @param tripCode MVG's number of the trip
 * @param direction GTFS direction_id or the direction's name
 * @param headsign what the vehicle shows where it differs from the destination
 * @param network MVG: swm, ddb, mvv or unknown
 * @param trainType MVG's trainType, often empty
 * @param divaId MVG's number of the line
 * @param replacementService true for a rail replacement service (MVG: sev)
 * @param stopPointId the stop point within the station
 * @param stopPositionNumber MVG's number of the stop position
 * @param bannerHash MVG's key of a banner
 * @param transportType the means of transport in the source's own words, which may be finer than {@link TransportMode}
 *     (MVG: REGIONAL_BUS, BAHN, SEV)
 */
public record DepartureDetails(
        @Nullable String tripId,
        @Nullable Integer tripCode,
        @Nullable String direction,
        @Nullable String headsign,
        @Nullable String network,
        @Nullable String trainType,
        @Nullable String divaId,
        @Nullable Boolean replacementService,
        @Nullable String stopPointId,
        @Nullable Integer stopPositionNumber,
        @Nullable String bannerHash,
        @Nullable String transportType) {

    /** A source that says nothing more. */
    public static final DepartureDetails NONE =
            new DepartureDetails(null, null, null, null, null, null, null, null, null, null, null, null);
}
