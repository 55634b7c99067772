package dev.varve.transit.query.routesnapshots;

import dev.varve.transit.events.ExternalStatus;
import dev.varve.transit.events.RouteEnd;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recorded answer to a route request.
 *
 * @param itineraries as the provider gave them
 */
record RouteSnapshotView(
        String id,
        EndView origin,
        EndView destination,
        Map<String, String> filters,
        List<Map<String, @Nullable Object>> itineraries,
        ExternalStatus status,
        Instant requestedAt,
        @Nullable String ingestionRunId,
        long version,
        long position) {

    /** A {@link RouteEnd} with its station's id as text. */
    record EndView(
            @Nullable String stationId,
            @Nullable String name,
            @Nullable Double latitude,
            @Nullable Double longitude) {}
}
