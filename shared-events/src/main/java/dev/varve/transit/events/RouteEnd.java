package dev.varve.transit.events;

import org.jspecify.annotations.Nullable;

/**
 * Where a route begins or ends: a station, or an address or point of interest, which has coordinates and no id.
 *
 * @param stationId null for an address or a point of interest
 * @param latitude WGS 84, degrees; never null when there is no station
 * @param longitude WGS 84, degrees; never null when there is no station
 */
public record RouteEnd(
        @Nullable StationId stationId,
        @Nullable String name,
        @Nullable Double latitude,
        @Nullable Double longitude) {

    public static RouteEnd station(StationId id) {
        return new RouteEnd(id, null, null, null);
    }
}
