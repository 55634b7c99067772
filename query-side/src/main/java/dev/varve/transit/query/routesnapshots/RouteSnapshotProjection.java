package dev.varve.transit.query.routesnapshots;

import static dev.varve.transit.query.generated.Tables.ROUTE_SNAPSHOT;

import dev.varve.projection.Changes;
import dev.varve.projection.Key;
import dev.varve.projection.Projection;
import dev.varve.projection.RecordedEvent;
import dev.varve.query.Json;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.RouteEnd;
import dev.varve.transit.events.RouteSnapshotEvent;
import dev.varve.transit.events.RouteSnapshotEvent.RouteSnapshotRecorded;
import dev.varve.transit.events.StationId;
import java.util.Set;
import java.util.TreeMap;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

@Component
final class RouteSnapshotProjection implements Projection<RouteSnapshotEvent> {

    @Override
    public String name() {
        return "transit.route-snapshots";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<RouteSnapshotEvent> eventType() {
        return RouteSnapshotEvent.class;
    }

    @Override
    public Set<Table<?>> tables() {
        return Set.of(ROUTE_SNAPSHOT);
    }

    @Override
    public void project(RecordedEvent<RouteSnapshotEvent> event, Changes changes) {
        switch (event.payload()) {
            case RouteSnapshotRecorded e -> {
                RouteEnd origin = e.origin();
                RouteEnd destination = e.destination();
                IngestionRunId run = e.ingestionRunId();
                changes.upsert(Key.of(
                                ROUTE_SNAPSHOT.ROUTE_SNAPSHOT_ID,
                                e.routeSnapshotId().value()))
                        .set(ROUTE_SNAPSHOT.ORIGIN_STATION_ID, text(origin.stationId()))
                        .set(ROUTE_SNAPSHOT.ORIGIN_NAME, origin.name())
                        .set(ROUTE_SNAPSHOT.ORIGIN_LATITUDE, origin.latitude())
                        .set(ROUTE_SNAPSHOT.ORIGIN_LONGITUDE, origin.longitude())
                        .set(ROUTE_SNAPSHOT.DESTINATION_STATION_ID, text(destination.stationId()))
                        .set(ROUTE_SNAPSHOT.DESTINATION_NAME, destination.name())
                        .set(ROUTE_SNAPSHOT.DESTINATION_LATITUDE, destination.latitude())
                        .set(ROUTE_SNAPSHOT.DESTINATION_LONGITUDE, destination.longitude())
                        .set(ROUTE_SNAPSHOT.FILTERS, Json.binary(new TreeMap<>(e.filters())))
                        .set(ROUTE_SNAPSHOT.ITINERARIES, Json.text(e.itineraries()))
                        .set(ROUTE_SNAPSHOT.STATUS, e.status().name())
                        .set(ROUTE_SNAPSHOT.REQUESTED_AT, e.requestedAt())
                        .set(ROUTE_SNAPSHOT.INGESTION_RUN_ID, run == null ? null : run.value())
                        .set(ROUTE_SNAPSHOT.VERSION, event.version());
            }
        }
    }

    private static @Nullable String text(@Nullable StationId station) {
        return station == null ? null : station.value();
    }
}
