package dev.varve.transit.command.routesnapshot;

import dev.varve.command.IdText;
import dev.varve.command.PlausibleTime;
import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.events.ExternalStatus;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.RouteEnd;
import dev.varve.transit.events.StationId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request to keep the answer to a route request.
 *
 * @param filters the route request's parameters beside its ends
 * @param status SUCCESS where it is absent
 * @param requestedAt now where it is absent
 */
record RouteSnapshotRequest(
        @NotNull @Valid End origin,
        @NotNull @Valid End destination,
        @Nullable Map<String, @NotNull String> filters,
        @Nullable List<@NotNull Map<String, @Nullable Object>> itineraries,
        @Nullable ExternalStatus status,
        @PlausibleTime @Nullable Instant requestedAt,
        @Size(max = TransitBounds.ID) @IdText @Nullable String ingestionRunId) {

    RecordRouteSnapshot command(Instant now) {
        return RecordRouteSnapshot.of(
                origin.end(),
                destination.end(),
                filters == null ? Map.of() : filters,
                itineraries == null ? List.of() : itineraries,
                status == null ? ExternalStatus.SUCCESS : status,
                requestedAt == null ? now : requestedAt,
                ingestionRunId == null ? null : new IngestionRunId(ingestionRunId));
    }

    /** A station by its id, or an address or point of interest by its coordinates. */
    record End(
            @Size(max = TransitBounds.ID) @IdText @Nullable String stationId,
            @Size(max = TransitBounds.NAME) @Nullable String name,
            @DecimalMin("-90") @DecimalMax("90") @Nullable Double latitude,
            @DecimalMin("-180") @DecimalMax("180") @Nullable Double longitude) {

        RouteEnd end() {
            return new RouteEnd(stationId == null ? null : new StationId(stationId), name, latitude, longitude);
        }
    }
}
