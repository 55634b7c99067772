package dev.varve.transit.command.ingestion;

import dev.varve.command.ingestion.IngestionRow;
import dev.varve.command.ingestion.RowStatements;
import dev.varve.command.ingestion.StatedRow;
import dev.varve.transit.command.departure.Observation;
import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.command.departure.UpdateDeparture;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.command.routesnapshot.RecordRouteSnapshot;
import dev.varve.transit.command.station.RegisterStation;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.StationId;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What transit's commands come to in its read models. */
final class TransitStatements implements RowStatements {

    @Override
    public List<StatedRow> of(IngestionRow row) {
        return row.commands().stream()
                .map(TransitStatements::of)
                .flatMap(Collection::stream)
                .toList();
    }

    private static List<StatedRow> of(Object command) {
        return switch (command) {
            case RegisterStation c -> List.of(station(c));
            case RegisterLine c -> List.of(line(c));
            case ObserveDeparture c -> List.of(departure(c));
            case UpdateDeparture c ->
                List.of(departure(c.departureId().value(), observed(c.observation()), c.observation()));
            case RecordRouteSnapshot c -> List.of(routeSnapshot(c));
            case TakeOverIngestion c -> List.of(ingestionRun(c));
            default -> List.of();
        };
    }

    private static StatedRow station(RegisterStation c) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("name", c.name());
        columns.put("place", c.place());
        columns.put("latitude", c.latitude());
        columns.put("longitude", c.longitude());
        columns.put("modes", c.modes());
        columns.put("timezone", c.timezone());
        return new StatedRow("transit.station", c.stationId().value(), columns, Instant.EPOCH);
    }

    private static StatedRow line(RegisterLine c) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("label", c.label());
        columns.put("mode", c.mode());
        putIfSaid(columns, "operator", c.operator());
        putIfSaid(columns, "description", c.description());
        putIfSaid(columns, "color_hex", c.colorHex());
        return new StatedRow("transit.line", c.lineId().value(), columns, Instant.EPOCH);
    }

    private static StatedRow departure(ObserveDeparture c) {
        Map<String, @Nullable Object> columns = observed(c.observation());
        columns.put("station_id", c.stationId().value());
        columns.put("line_id", c.lineId().value());
        columns.put("line_label", c.lineLabel());
        columns.put("mode", c.mode());
        columns.put("planned_at", c.plannedAt());
        putIfSaid(columns, "destination", c.destination().isBlank() ? null : c.destination());
        return departure(c.departureId().value(), columns, c.observation());
    }

    private static StatedRow departure(String id, Map<String, @Nullable Object> columns, Observation said) {
        return new StatedRow("transit.departure", id, columns, said.observedAt());
    }

    private static Map<String, @Nullable Object> observed(Observation said) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        switch (said.realtime()) {
            case null -> {}
            case Observation.Realtime.None() -> columns.put("delay_seconds", null);
            case Observation.Realtime.Delay(int seconds) -> columns.put("delay_seconds", seconds);
        }
        switch (said.operation()) {
            case null -> {}
            case Observation.Operation.Runs() -> {
                columns.put("cancelled", false);
                columns.put("cancellation_reason", null);
            }
            case Observation.Operation.Cancelled(String reason) -> {
                columns.put("cancelled", true);
                putIfSaid(columns, "cancellation_reason", reason);
            }
        }
        if (said.platform() != null) {
            columns.put("platform", said.platform().name());
            columns.put("platform_changed", said.platform().changed());
        }
        putIfSaid(
                columns,
                "remarks",
                said.remarks() == null
                        ? null
                        : said.remarks().stream()
                                .map(remark -> object(
                                        "text", remark.text(), "kind", remark.kind(), "network", remark.network()))
                                .toList());
        if (said.crowding() != null) {
            columns.put("occupancy", said.crowding().occupancy());
            columns.put("crowding_level", said.crowding().level());
        }
        if (said.details() != null) {
            details(said.details()).forEach((name, value) -> putIfSaid(columns, "details." + name, value));
        }
        return columns;
    }

    private static Map<String, @Nullable Object> details(DepartureDetails d) {
        return object(
                "tripId", d.tripId(),
                "tripCode", d.tripCode(),
                "direction", d.direction(),
                "headsign", d.headsign(),
                "network", d.network(),
                "trainType", d.trainType(),
                "divaId", d.divaId(),
                "replacementService", d.replacementService(),
                "stopPointId", d.stopPointId(),
                "stopPositionNumber", d.stopPositionNumber(),
                "bannerHash", d.bannerHash(),
                "transportType", d.transportType());
    }

    private static StatedRow routeSnapshot(RecordRouteSnapshot c) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        StationId origin = c.origin().stationId();
        StationId destination = c.destination().stationId();
        columns.put("origin_station_id", origin == null ? null : origin.value());
        columns.put("destination_station_id", destination == null ? null : destination.value());
        columns.put("filters", c.filters());
        columns.put("itineraries", c.itineraries());
        columns.put("status", c.status());
        columns.put("requested_at", c.requestedAt());
        return new StatedRow("transit.route_snapshot", c.routeSnapshotId().value(), columns, Instant.EPOCH);
    }

    private static StatedRow ingestionRun(TakeOverIngestion c) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("job_name", c.jobName());
        columns.put("source", c.source());
        columns.put("status", c.status());
        columns.put("started_at", c.startedAt());
        columns.put("completed_at", c.completedAt());
        return new StatedRow("transit.ingestion_run", c.ingestionRunId().value(), columns, Instant.EPOCH);
    }

    private static void putIfSaid(Map<String, @Nullable Object> columns, String column, @Nullable Object value) {
        if (value != null) {
            columns.put(column, value);
        }
    }

    private static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> object = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return object;
    }
}
