package dev.varve.transit.command.routesnapshot;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.ExternalStatus;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.RouteEnd;
import dev.varve.transit.events.RouteSnapshotId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Keep the answer to a route request. Answers with a {@link dev.varve.command.Outcome}; the same snapshot again writes
 * nothing, another one under the same id is rejected.
 *
 * <p>That stations at its ends are registered is for the caller to check.
 *
 * @param filters the request's parameters beside origin and destination
 * @param itineraries as the provider gave them
 */
public record RecordRouteSnapshot(
        RouteSnapshotId routeSnapshotId,
        RouteEnd origin,
        RouteEnd destination,
        Map<String, String> filters,
        List<Map<String, @Nullable Object>> itineraries,
        ExternalStatus status,
        Instant requestedAt,
        @Nullable IngestionRunId ingestionRunId) {

    public RecordRouteSnapshot {
        BOUNDS.id("routeSnapshotId", routeSnapshotId.value(), TransitBounds.ID);
        checkEnd("origin", origin);
        checkEnd("destination", destination);
        filters = Map.copyOf(filters);
        filters.forEach((name, value) -> {
            BOUNDS.id("filters", name, TransitBounds.NAME);
            BOUNDS.text("filters." + name, value);
        });
        itineraries = List.copyOf(itineraries);
        BOUNDS.time("requestedAt", requestedAt);
        if (ingestionRunId != null) {
            BOUNDS.id("ingestionRunId", ingestionRunId.value(), TransitBounds.ID);
        }
    }

    /** The snapshot under the id that its content gives it, so that to record it again is harmless. */
    public static RecordRouteSnapshot of(
            RouteEnd origin,
            RouteEnd destination,
            Map<String, String> filters,
            List<Map<String, @Nullable Object>> itineraries,
            ExternalStatus status,
            Instant requestedAt,
            @Nullable IngestionRunId ingestionRunId) {
        RouteSnapshotId id = new SnapshotContent(origin, destination, filters, itineraries, status, requestedAt).id();
        return new RecordRouteSnapshot(
                id, origin, destination, filters, itineraries, status, requestedAt, ingestionRunId);
    }

    private static void checkEnd(String field, RouteEnd end) {
        BOUNDS.text(field + ".name", end.name(), TransitBounds.NAME);
        if (end.stationId() != null) {
            BOUNDS.id(field + ".stationId", end.stationId().value(), TransitBounds.ID);
        }
        Double latitude = end.latitude();
        Double longitude = end.longitude();
        if (latitude != null && longitude != null) {
            BOUNDS.coordinates(field + ".latitude", latitude, field + ".longitude", longitude);
        } else if (end.stationId() == null || latitude != null || longitude != null) {
            throw BOUNDS.rejected(field, "must be a station, or have both latitude and longitude");
        }
    }

    @TargetAggregateIdentifier
    public String stream() {
        return TransitStreams.of(routeSnapshotId);
    }
}
