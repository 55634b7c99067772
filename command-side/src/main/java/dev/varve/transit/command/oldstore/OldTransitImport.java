package dev.varve.transit.command.oldstore;

import dev.varve.command.Rejected;
import dev.varve.command.ingestion.BrokenSource;
import dev.varve.command.ingestion.IngestionRow;
import dev.varve.command.ingestion.IngestionRows;
import dev.varve.command.ingestion.Origin;
import dev.varve.command.ingestion.RowSink;
import dev.varve.command.ingestion.oldstore.BrokenField;
import dev.varve.command.ingestion.oldstore.OldDatabase;
import dev.varve.command.ingestion.oldstore.OldRow;
import dev.varve.command.ingestion.oldstore.OldTable;
import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.command.ingestion.TakeOverIngestion;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.command.routesnapshot.RecordRouteSnapshot;
import dev.varve.transit.command.station.RegisterStation;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Submits the old tables, row by row. */
final class OldTransitImport implements IngestionRows {

    /** Tables of the old database that nothing here has a place for. */
    private static final List<String> LEFT_OUT = List.of("weather_observations", "departure_weather_links");

    private final OldDatabase database;
    private final OldRows words;
    private final Map<OldTransitTable, OldTable> tables;
    private final List<String> findings;
    private final Set<String> stations = new HashSet<>();
    private final Set<String> lines = new HashSet<>();
    private final Map<String, Long> strangeModes = new TreeMap<>();

    private OldTransitImport(
            OldDatabase database, OldRows words, Map<OldTransitTable, OldTable> tables, List<String> findings) {
        this.database = database;
        this.words = words;
        this.tables = tables;
        this.findings = findings;
    }

    /** Looks which tables and columns there are. */
    static OldTransitImport of(OldDatabase database, OldRows words) throws BrokenSource {
        Map<OldTransitTable, OldTable> tables = new EnumMap<>(OldTransitTable.class);
        List<String> findings = new java.util.ArrayList<>();
        for (OldTransitTable old : OldTransitTable.values()) {
            Optional<OldTable> found = database.table(old.table);
            found.ifPresent(table -> tables.put(old, table));
            findings.addAll(found.map(table -> columnsOf(old, table))
                    .orElseGet(() -> List.of("there is no table " + old.table)));
        }
        if (tables.isEmpty()) {
            throw new BrokenSource("%s has none of the tables %s; is it the right database and --schema?"
                    .formatted(
                            database.name(),
                            java.util.Arrays.stream(OldTransitTable.values())
                                    .map(old -> old.table)
                                    .collect(Collectors.joining(", "))));
        }
        for (Map.Entry<OldTransitTable, OldTable> found : tables.entrySet()) {
            if (!found.getValue().columns().contains(found.getKey().key)) {
                throw new BrokenSource("%s: table %s has no column %s, so its rows cannot be told apart"
                        .formatted(database.name(), found.getKey().table, found.getKey().key));
            }
        }
        for (String table : LEFT_OUT) {
            long rows = database.table(table).map(OldTable::rows).orElse(0L);
            if (rows > 0) {
                findings.add(
                        "%s: %,d rows are not taken over, nothing here has a place for them".formatted(table, rows));
            }
        }
        return new OldTransitImport(database, words, tables, findings);
    }

    long rows() {
        return tables.values().stream().mapToLong(OldTable::rows).sum();
    }

    @Override
    public void submitTo(RowSink sink) throws IOException {
        findings.forEach(sink::note);
        read(OldTransitTable.RUNS, sink, this::run);
        read(OldTransitTable.STATIONS, sink, this::station);
        read(OldTransitTable.LINES, sink, this::line);
        sink.settle();
        read(OldTransitTable.DEPARTURES, sink, this::departure);
        read(OldTransitTable.ROUTE_SNAPSHOTS, sink, this::routeSnapshot);
        strangeModes.forEach((mode, rows) ->
                sink.note("transport mode '%s' is not known and taken as OTHER, %,d times".formatted(mode, rows)));
    }

    private void read(OldTransitTable old, RowSink sink, Wording wording) throws IOException {
        OldTable table = tables.get(old);
        if (table == null) {
            return;
        }
        Set<String> withPlace = new TreeSet<>(old.columns);
        withPlace.removeAll(OldTransitTable.WITHOUT_PLACE);
        database.read(table, old.order, row -> {
            String place = row.place(old.key);
            try {
                Worded worded = wording.of(row);
                Origin origin = words.origin(row, old.key, old.time, withPlace, worded.otherwise);
                sink.submit(new IngestionRow(old.kind, place, 0, worded.stream, List.of(worded.command), origin));
            } catch (BrokenField e) {
                sink.reject(old.kind, place, 0, e.reason());
            } catch (Rejected e) {
                sink.reject(old.kind, place, 0, e.detail());
            }
        });
    }

    private Worded run(OldRow row) throws BrokenField {
        TakeOverIngestion command = words.run(row);
        return new Worded(command.stream(), command, command.startedAt());
    }

    private Worded station(OldRow row) throws BrokenField {
        for (String mode : row.texts("transport_modes")) {
            noteStrange(mode);
        }
        RegisterStation command = words.station(row);
        stations.add(command.stationId().value());
        return new Worded(command.stream(), command, Instant.EPOCH);
    }

    private Worded line(OldRow row) throws BrokenField {
        noteStrange(row.text("transport_mode"));
        RegisterLine command = words.line(row);
        lines.add(command.lineId().value());
        return new Worded(command.stream(), command, Instant.EPOCH);
    }

    private Worded departure(OldRow row) throws BrokenField {
        noteStrange(row.text("transport_mode"));
        ObserveDeparture command = words.departure(row);
        mustBeAmong(stations, "station_id", command.stationId().value(), OldTransitTable.STATIONS);
        mustBeAmong(lines, "line_id", command.lineId().value(), OldTransitTable.LINES);
        return new Worded(command.stream(), command, command.observation().observedAt());
    }

    private Worded routeSnapshot(OldRow row) throws BrokenField {
        RecordRouteSnapshot command = words.routeSnapshot(row);
        mustBeAmong(stations, "origin_station_id", row.required("origin_station_id"), OldTransitTable.STATIONS);
        mustBeAmong(
                stations, "destination_station_id", row.required("destination_station_id"), OldTransitTable.STATIONS);
        return new Worded(command.stream(), command, command.requestedAt());
    }

    private void mustBeAmong(Set<String> known, String column, String id, OldTransitTable other) throws BrokenField {
        if (!known.contains(id)) {
            throw new BrokenField(
                    column, "names %s, which is not in %s or was rejected there".formatted(id, other.table));
        }
    }

    private void noteStrange(@Nullable String mode) {
        if (mode != null && !OldWords.isKnownMode(mode)) {
            strangeModes.merge(mode, 1L, Long::sum);
        }
    }

    private static List<String> columnsOf(OldTransitTable old, OldTable table) {
        List<String> findings = new java.util.ArrayList<>();
        Set<String> missing = table.missing(old.columns);
        if (!missing.isEmpty()) {
            findings.add("%s lacks %s: taken as empty".formatted(old.table, String.join(", ", missing)));
        }
        Set<String> unknown = table.unknown(old.columns);
        if (!unknown.isEmpty()) {
            findings.add("%s has columns that are not known, kept in the events' metadata: %s"
                    .formatted(old.table, String.join(", ", unknown)));
        }
        return findings;
    }

    /** A row as a command, and its time where the row itself does not say when it was written. */
    private record Worded(String stream, Object command, Instant otherwise) {}

    @FunctionalInterface
    private interface Wording {

        Worded of(OldRow row) throws BrokenField;
    }
}
