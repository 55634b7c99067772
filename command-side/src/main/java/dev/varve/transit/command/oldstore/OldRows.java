package dev.varve.transit.command.oldstore;

import dev.varve.command.ingestion.Origin;
import dev.varve.command.ingestion.oldstore.BrokenField;
import dev.varve.command.ingestion.oldstore.OldRow;
import dev.varve.transit.command.departure.Observation;
import dev.varve.transit.command.departure.Observation.Crowding;
import dev.varve.transit.command.departure.Observation.Operation;
import dev.varve.transit.command.departure.Observation.Platform;
import dev.varve.transit.command.departure.Observation.Realtime;
import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.command.ingestion.TakeOverIngestion;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.command.routesnapshot.RecordRouteSnapshot;
import dev.varve.transit.command.station.RegisterStation;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.Occupancy;
import dev.varve.transit.events.Remark;
import dev.varve.transit.events.RouteEnd;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Words the rows of the old tables as commands. */
final class OldRows {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String storeId;

    /** The store's name goes into the ids of its runs, which only count within it. */
    OldRows(String storeId) {
        this.storeId = storeId;
    }

    RegisterStation station(OldRow row) throws BrokenField {
        return new RegisterStation(
                new StationId(row.required("station_id")),
                row.required("name"),
                Objects.requireNonNullElse(row.text("place"), ""),
                present("latitude", row.real("latitude")),
                present("longitude", row.real("longitude")),
                row.texts("transport_modes").stream()
                        .map(OldWords::mode)
                        .distinct()
                        .sorted()
                        .toList(),
                Objects.requireNonNullElse(row.text("timezone"), RegisterStation.DEFAULT_TIMEZONE));
    }

    /** The old table knows no label: its id is what stands on the vehicle. */
    RegisterLine line(OldRow row) throws BrokenField {
        String id = row.required("line_id");
        String color = row.text("color_hex");
        boolean bare = color != null && color.matches("[0-9A-Fa-f]{6}");
        return new RegisterLine(
                new LineId(id),
                id,
                mode(row),
                row.text("operator"),
                row.text("description"),
                bare ? "#" + color : color);
    }

    TakeOverIngestion run(OldRow row) throws BrokenField {
        TakeOverIngestion.Status status = OldWords.runStatus("status", row.required("status"));
        Instant startedAt = row.requiredTime("started_at");
        Instant completedAt = row.time("completed_at");
        boolean ended = status == TakeOverIngestion.Status.SUCCESS || status == TakeOverIngestion.Status.FAILED;
        Long recorded = row.whole("records_inserted");
        return new TakeOverIngestion(
                runId(present("id", row.whole("id"))),
                row.required("job_name"),
                OldWords.source("source", row.required("source")),
                members(row, "context"),
                status,
                recorded == null ? 0 : recorded,
                row.text("notes"),
                startedAt,
                ended ? Objects.requireNonNullElse(completedAt, startedAt) : null);
    }

    ObserveDeparture departure(OldRow row) throws BrokenField {
        String destination = row.text("destination");
        String direction = row.text("direction");
        Instant plannedAt = row.requiredTime("planned_departure");
        String lineId = row.required("line_id");
        String modeWord = row.required("transport_mode");
        Long run = row.whole("ingestion_run_id");
        Instant seenAt = row.time("created_at");
        OldWords.DepartureStatus status = row.has("status")
                ? OldWords.departureStatus("status", row.required("status"))
                : OldWords.DepartureStatus.UNKNOWN;
        Observation observation = new Observation(
                realtime(row, plannedAt, status),
                row.has("platform") ? new Platform(row.text("platform"), false) : null,
                operation(row, status),
                remarks(row),
                row.has("crowding_level") ? new Crowding(Occupancy.UNKNOWN, row.small("crowding_level")) : null,
                details(direction, modeWord),
                Objects.requireNonNullElse(row.text("source"), "mvg"),
                run == null ? null : runId(run),
                seenAt == null ? plannedAt : seenAt);
        return ObserveDeparture.of(
                new StationId(row.required("station_id")),
                new LineId(lineId),
                lineId,
                OldWords.mode(modeWord),
                destination == null ? Objects.requireNonNullElse(direction, "") : destination,
                plannedAt,
                observation);
    }

    RecordRouteSnapshot routeSnapshot(OldRow row) throws BrokenField {
        String status = row.text("mvg_status");
        return RecordRouteSnapshot.of(
                RouteEnd.station(new StationId(row.required("origin_station_id"))),
                RouteEnd.station(new StationId(row.required("destination_station_id"))),
                members(row, "requested_filters"),
                itineraries(row),
                OldWords.externalStatus("mvg_status", status == null ? "SUCCESS" : status),
                row.requiredTime("requested_at"),
                null);
    }

    /** Where the row was and when it was written, with those columns that no event has a place for. */
    Origin origin(OldRow row, String keyColumn, String timeColumn, Set<String> withPlace, Instant otherwise)
            throws BrokenField {
        Instant at = row.time(timeColumn);
        Map<String, String> more = new TreeMap<>();
        for (String column : row.table().columns()) {
            String value = withPlace.contains(column) || column.equals(timeColumn) ? null : asText(row, column);
            if (value != null) {
                more.put(column, value);
            }
        }
        return new Origin(row.place(keyColumn), at == null ? otherwise : at, more);
    }

    IngestionRunId runId(long oldId) {
        return new IngestionRunId(storeId + "-run-" + oldId);
    }

    private static @Nullable String asText(OldRow row, String column) throws BrokenField {
        return switch (row.values().get(column)) {
            case null -> null;
            case byte[] bytes -> null;
            case Object[] array -> String.join(", ", row.texts(column));
            case java.time.OffsetDateTime time -> time.toInstant().toString();
            case Object value -> value.toString();
        };
    }

    private static TransportMode mode(OldRow row) throws BrokenField {
        return OldWords.mode(row.required("transport_mode"));
    }

    /** A delay says more than a status, which was derived from it. */
    private static @Nullable Realtime realtime(OldRow row, Instant plannedAt, OldWords.DepartureStatus status)
            throws BrokenField {
        Integer delay = row.small("delay_seconds");
        Instant observed = row.time("observed_departure");
        if (delay != null) {
            return new Realtime.Delay(delay);
        }
        if (observed != null) {
            return new Realtime.Delay(
                    Math.toIntExact(Duration.between(plannedAt, observed).toSeconds()));
        }
        return status == OldWords.DepartureStatus.ON_TIME ? new Realtime.Delay(0) : null;
    }

    private static @Nullable Operation operation(OldRow row, OldWords.DepartureStatus status) throws BrokenField {
        return switch (status) {
            case CANCELLED -> new Operation.Cancelled(row.text("cancellation_reason"));
            case ON_TIME, DELAYED -> new Operation.Runs();
            case UNKNOWN -> null;
        };
    }

    private static @Nullable List<Remark> remarks(OldRow row) throws BrokenField {
        return row.has("remarks")
                ? row.texts("remarks").stream().map(Remark::of).toList()
                : null;
    }

    private static DepartureDetails details(@Nullable String direction, String transportType) {
        return new DepartureDetails(
                null, null, direction, null, null, null, null, null, null, null, null, transportType);
    }

    /** A JSON object's members as texts; JSON text for what is none. */
    private static Map<String, String> members(OldRow row, String column) throws BrokenField {
        return switch (row.json(column)) {
            case null -> Map.of();
            case Map<?, ?> object -> {
                Map<String, String> members = new TreeMap<>();
                object.forEach((name, value) -> {
                    if (value != null) {
                        members.put(
                                String.valueOf(name),
                                value instanceof String text ? text : JSON.writeValueAsString(value));
                    }
                });
                yield members;
            }
            default -> throw new BrokenField(column, "must be a JSON object");
        };
    }

    private static List<Map<String, @Nullable Object>> itineraries(OldRow row) throws BrokenField {
        List<Map<String, @Nullable Object>> itineraries = new ArrayList<>();
        switch (row.json("itineraries")) {
            case null -> {}
            case List<?> list -> {
                for (Object item : list) {
                    itineraries.add(itinerary(item));
                }
            }
            case Object single -> itineraries.add(itinerary(single));
        }
        return itineraries;
    }

    private static Map<String, @Nullable Object> itinerary(@Nullable Object item) throws BrokenField {
        if (!(item instanceof Map<?, ?> object)) {
            throw new BrokenField("itineraries", "must be JSON objects");
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        object.forEach((name, value) -> members.put(String.valueOf(name), value));
        return members;
    }

    private static <T> T present(String column, @Nullable T value) throws BrokenField {
        if (value == null) {
            throw new BrokenField(column, "is missing");
        }
        return value;
    }
}
