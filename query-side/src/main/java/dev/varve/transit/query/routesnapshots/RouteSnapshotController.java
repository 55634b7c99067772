package dev.varve.transit.query.routesnapshots;

import static dev.varve.transit.query.generated.Tables.ROUTE_SNAPSHOT;

import dev.varve.query.CommonEra;
import dev.varve.query.Json;
import dev.varve.query.NotFound;
import dev.varve.query.Page;
import dev.varve.query.PlainText;
import dev.varve.query.Reads;
import dev.varve.query.Resources;
import dev.varve.transit.events.ExternalStatus;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.type.TypeReference;

@RestController
@RequestMapping("/api/v1/transit/route-snapshots")
@Reads(RouteSnapshotProjection.class)
class RouteSnapshotController {

    private static final TypeReference<Map<String, String>> FILTERS = new TypeReference<>() {};
    private static final TypeReference<List<Map<String, @Nullable Object>>> ITINERARIES = new TypeReference<>() {};

    private final DSLContext database;

    RouteSnapshotController(DSLContext database) {
        this.database = database;
    }

    /** Route snapshots, newest first. */
    @GetMapping
    Page<RouteSnapshotView> snapshots(
            @RequestParam(required = false) @PlainText @Nullable String origin,
            @RequestParam(required = false) @PlainText @Nullable String destination,
            @RequestParam(required = false) @CommonEra @Nullable Instant since,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(defaultValue = "0") @Min(0) @Max(1_000_000) int offset) {
        List<Condition> conditions = new ArrayList<>();
        if (origin != null) {
            conditions.add(ROUTE_SNAPSHOT.ORIGIN_STATION_ID.eq(origin));
        }
        if (destination != null) {
            conditions.add(ROUTE_SNAPSHOT.DESTINATION_STATION_ID.eq(destination));
        }
        if (since != null) {
            conditions.add(ROUTE_SNAPSHOT.REQUESTED_AT.ge(since));
        }
        return Page.of(
                database.selectFrom(ROUTE_SNAPSHOT)
                        .where(conditions)
                        .orderBy(ROUTE_SNAPSHOT.REQUESTED_AT.desc(), ROUTE_SNAPSHOT.ROUTE_SNAPSHOT_ID)
                        .limit(limit + 1)
                        .offset(offset)
                        .fetch(RouteSnapshotController::view),
                limit,
                offset);
    }

    @GetMapping("/{id}")
    ResponseEntity<RouteSnapshotView> snapshot(@PathVariable @PlainText String id) {
        RouteSnapshotView snapshot = database.selectFrom(ROUTE_SNAPSHOT)
                .where(ROUTE_SNAPSHOT.ROUTE_SNAPSHOT_ID.eq(id))
                .fetchOptional(RouteSnapshotController::view)
                .orElseThrow(
                        () -> new NotFound("transit", "unknown-route-snapshot", "no route snapshot has the id " + id));
        return Resources.at(snapshot.version(), snapshot.position(), snapshot);
    }

    private static RouteSnapshotView view(Record row) {
        return new RouteSnapshotView(
                row.get(ROUTE_SNAPSHOT.ROUTE_SNAPSHOT_ID),
                new RouteSnapshotView.EndView(
                        row.get(ROUTE_SNAPSHOT.ORIGIN_STATION_ID),
                        row.get(ROUTE_SNAPSHOT.ORIGIN_NAME),
                        row.get(ROUTE_SNAPSHOT.ORIGIN_LATITUDE),
                        row.get(ROUTE_SNAPSHOT.ORIGIN_LONGITUDE)),
                new RouteSnapshotView.EndView(
                        row.get(ROUTE_SNAPSHOT.DESTINATION_STATION_ID),
                        row.get(ROUTE_SNAPSHOT.DESTINATION_NAME),
                        row.get(ROUTE_SNAPSHOT.DESTINATION_LATITUDE),
                        row.get(ROUTE_SNAPSHOT.DESTINATION_LONGITUDE)),
                Json.read(row.get(ROUTE_SNAPSHOT.FILTERS), FILTERS),
                Json.read(row.get(ROUTE_SNAPSHOT.ITINERARIES), ITINERARIES),
                ExternalStatus.valueOf(row.get(ROUTE_SNAPSHOT.STATUS)),
                row.get(ROUTE_SNAPSHOT.REQUESTED_AT),
                row.get(ROUTE_SNAPSHOT.INGESTION_RUN_ID),
                row.get(ROUTE_SNAPSHOT.VERSION),
                row.get(ROUTE_SNAPSHOT.POSITION));
    }
}
