package dev.varve.transit.command.oldstore;

import java.util.List;
import java.util.Set;

/** The old tables that are taken over, in the order in which they are: what is named before what names it. */
// What List.of and Set.of make cannot change.
@SuppressWarnings("ImmutableEnumChecker")
enum OldTransitTable {
    RUNS(
            "ingestion_runs",
            "runs",
            "id",
            "started_at",
            List.of("id"),
            Set.of(
                    "id",
                    "job_name",
                    "source",
                    "started_at",
                    "completed_at",
                    "status",
                    "records_inserted",
                    "notes",
                    "context")),
    STATIONS(
            "stations",
            "stations",
            "station_id",
            "created_at",
            List.of("created_at", "station_id"),
            Set.of(
                    "station_id",
                    "name",
                    "place",
                    "latitude",
                    "longitude",
                    "transport_modes",
                    "timezone",
                    "created_at",
                    "updated_at")),
    LINES(
            "transit_lines",
            "lines",
            "line_id",
            "created_at",
            List.of("created_at", "line_id"),
            Set.of("line_id", "transport_mode", "operator", "description", "color_hex", "created_at")),
    DEPARTURES(
            "departure_observations",
            "departures",
            "id",
            "created_at",
            List.of("id"),
            Set.of(
                    "id",
                    "station_id",
                    "line_id",
                    "ingestion_run_id",
                    "direction",
                    "destination",
                    "planned_departure",
                    "observed_departure",
                    "delay_seconds",
                    "platform",
                    "transport_mode",
                    "status",
                    "cancellation_reason",
                    "remarks",
                    "crowding_level",
                    "source",
                    "valid_from",
                    "valid_to",
                    "raw_payload",
                    "created_at")),
    ROUTE_SNAPSHOTS(
            "route_snapshots",
            "route snapshots",
            "id",
            "created_at",
            List.of("id"),
            Set.of(
                    "id",
                    "origin_station_id",
                    "destination_station_id",
                    "requested_filters",
                    "itineraries",
                    "requested_at",
                    "mvg_status",
                    "created_at"));

    /** Columns of known tables that events have no place for; they go into the metadata like those nobody knows. */
    static final Set<String> WITHOUT_PLACE = Set.of("updated_at", "valid_from", "valid_to", "raw_payload");

    final String table;
    final String kind;
    final String key;
    final String time;
    final List<String> order;
    final Set<String> columns;

    OldTransitTable(String table, String kind, String key, String time, List<String> order, Set<String> columns) {
        this.table = table;
        this.kind = kind;
        this.key = key;
        this.time = time;
        this.order = order;
        this.columns = columns;
    }
}
