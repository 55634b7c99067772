package dev.varve.transit.query.departures;

import static dev.varve.transit.query.generated.Tables.DEPARTURE;
import static dev.varve.transit.query.generated.Tables.DEPARTURE_HISTORY;

import dev.varve.projection.Changes;
import dev.varve.projection.Key;
import dev.varve.projection.Projection;
import dev.varve.projection.RecordedEvent;
import dev.varve.projection.RowChange;
import dev.varve.query.Json;
import dev.varve.transit.events.DepartureEvent;
import dev.varve.transit.events.DepartureEvent.DepartureCancelled;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.DepartureEvent.DepartureDestinationChanged;
import dev.varve.transit.events.DepartureEvent.DepartureDetailsChanged;
import dev.varve.transit.events.DepartureEvent.DepartureOccupancyChanged;
import dev.varve.transit.events.DepartureEvent.DepartureOnTime;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import dev.varve.transit.events.DepartureEvent.DeparturePlatformChanged;
import dev.varve.transit.events.DepartureEvent.DepartureRealtimeLost;
import dev.varve.transit.events.DepartureEvent.DepartureReinstated;
import dev.varve.transit.events.DepartureEvent.DepartureRemarksChanged;
import dev.varve.transit.events.IngestionRunId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The departure board, and beside it one row for each change of a departure. */
@Component
final class DepartureProjection implements Projection<DepartureEvent> {

    private static final int ON_TIME = 0;

    @Override
    public String name() {
        return "transit.departures";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<DepartureEvent> eventType() {
        return DepartureEvent.class;
    }

    @Override
    public Set<Table<?>> tables() {
        return Set.of(DEPARTURE, DEPARTURE_HISTORY);
    }

    @Override
    public void project(RecordedEvent<DepartureEvent> event, Changes changes) {
        onBoard(event.payload(), changes)
                .set(DEPARTURE.OBSERVED_AT, event.payload().observedAt())
                .set(DEPARTURE.VERSION, event.version());
        Noted noted = noted(event.payload());
        changes.append(Key.of(
                        DEPARTURE_HISTORY.DEPARTURE_ID,
                        event.payload().departureId().value()))
                .set(DEPARTURE_HISTORY.VERSION, event.version())
                .set(DEPARTURE_HISTORY.CHANGE, noted.change())
                .set(DEPARTURE_HISTORY.DETAIL, Json.binary(noted.detail()))
                .set(DEPARTURE_HISTORY.OBSERVED_AT, event.payload().observedAt())
                .set(DEPARTURE_HISTORY.RECORDED_AT, event.recordedAt());
    }

    /** What the event makes of the departure's row. */
    private static RowChange onBoard(DepartureEvent event, Changes changes) {
        Key row = Key.of(DEPARTURE.DEPARTURE_ID, event.departureId().value());
        return switch (event) {
            case DeparturePlanned e -> planned(e, changes.upsert(row));
            case DepartureDelayed e -> changes.patch(row).set(DEPARTURE.DELAY_SECONDS, e.delaySeconds());
            case DepartureOnTime e -> changes.patch(row).set(DEPARTURE.DELAY_SECONDS, ON_TIME);
            case DepartureRealtimeLost e -> changes.patch(row).set(DEPARTURE.DELAY_SECONDS, null);
            case DeparturePlatformChanged e ->
                changes.patch(row).set(DEPARTURE.PLATFORM, e.platform()).set(DEPARTURE.PLATFORM_CHANGED, e.changed());
            case DepartureDestinationChanged e -> changes.patch(row).set(DEPARTURE.DESTINATION, e.destination());
            case DepartureCancelled e ->
                changes.patch(row).set(DEPARTURE.CANCELLED, true).set(DEPARTURE.CANCELLATION_REASON, e.reason());
            case DepartureReinstated e ->
                changes.patch(row).set(DEPARTURE.CANCELLED, false).set(DEPARTURE.CANCELLATION_REASON, null);
            case DepartureRemarksChanged e -> changes.patch(row).set(DEPARTURE.REMARKS, Json.binary(e.remarks()));
            case DepartureOccupancyChanged e ->
                changes.patch(row)
                        .set(DEPARTURE.OCCUPANCY, e.occupancy().name())
                        .set(DEPARTURE.CROWDING_LEVEL, e.crowdingLevel());
            case DepartureDetailsChanged e -> changes.patch(row).set(DEPARTURE.DETAILS, Json.binary(e.details()));
        };
    }

    private static RowChange planned(DeparturePlanned e, RowChange row) {
        IngestionRunId run = e.ingestionRunId();
        return row.set(DEPARTURE.STATION_ID, e.stationId().value())
                .set(DEPARTURE.LINE_ID, e.lineId().value())
                .set(DEPARTURE.LINE_LABEL, e.lineLabel())
                .set(DEPARTURE.MODE, e.mode().name())
                .set(DEPARTURE.DESTINATION, e.destination())
                .set(DEPARTURE.PLANNED_AT, e.plannedAt())
                .set(DEPARTURE.PLATFORM, e.platform())
                .set(DEPARTURE.DETAILS, Json.binary(e.details()))
                .set(DEPARTURE.SOURCE, e.source())
                .set(DEPARTURE.INGESTION_RUN_ID, run == null ? null : run.value());
    }

    /** What the history says of the event. */
    private static Noted noted(DepartureEvent event) {
        return switch (event) {
            case DeparturePlanned e ->
                new Noted(
                        "planned",
                        "stationId",
                        e.stationId().value(),
                        "lineId",
                        e.lineId().value(),
                        "lineLabel",
                        e.lineLabel(),
                        "mode",
                        e.mode().name(),
                        "destination",
                        e.destination(),
                        "plannedAt",
                        e.plannedAt().toString(),
                        "platform",
                        e.platform(),
                        "details",
                        e.details(),
                        "source",
                        e.source());
            case DepartureDelayed e ->
                new Noted(
                        "delayed",
                        "delaySeconds",
                        e.delaySeconds(),
                        "expectedAt",
                        e.expectedAt().toString());
            case DepartureOnTime e -> new Noted("on-time");
            case DepartureRealtimeLost e -> new Noted("realtime-lost");
            case DeparturePlatformChanged e ->
                new Noted("platform-changed", "platform", e.platform(), "changed", e.changed());
            case DepartureDestinationChanged e -> new Noted("destination-changed", "destination", e.destination());
            case DepartureCancelled e -> new Noted("cancelled", "reason", e.reason());
            case DepartureReinstated e -> new Noted("reinstated");
            case DepartureRemarksChanged e -> new Noted("remarks-changed", "remarks", e.remarks());
            case DepartureOccupancyChanged e ->
                new Noted("occupancy-changed", "occupancy", e.occupancy().name(), "crowdingLevel", e.crowdingLevel());
            case DepartureDetailsChanged e -> new Noted("details-changed", "details", e.details());
        };
    }

    /** A change by its name, with the values that are new. */
    private record Noted(String change, Map<String, @Nullable Object> detail) {

        Noted(String change, @Nullable Object... namesAndValues) {
            this(change, new LinkedHashMap<>());
            for (int i = 0; i < namesAndValues.length; i += 2) {
                detail.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
            }
        }
    }
}
