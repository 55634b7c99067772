package dev.varve.transit.events;

import dev.varve.events.EventType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happens to a route snapshot: it is recorded, once. */
public sealed interface RouteSnapshotEvent extends TransitEvent {

    RouteSnapshotId routeSnapshotId();

    /**
     * A route request was answered.
     *
     * @param filters the request's parameters beside origin and destination
     * @param itineraries the answer, item by item as the provider gave it (JSON objects as maps), because its shape is
     *     the provider's and nothing of it may be lost
     */
    @EventType("transit.route-snapshot-recorded")
    record RouteSnapshotRecorded(
            RouteSnapshotId routeSnapshotId,
            RouteEnd origin,
            RouteEnd destination,
            Map<String, String> filters,
            List<Map<String, @Nullable Object>> itineraries,
            ExternalStatus status,
            Instant requestedAt,
            @Nullable IngestionRunId ingestionRunId)
            implements RouteSnapshotEvent {
        public RouteSnapshotRecorded {
            filters = Map.copyOf(filters);
            itineraries = List.copyOf(itineraries);
        }
    }
}
