package dev.varve.transit.command.gtfs;

import dev.varve.command.ingestion.BrokenSource;
import dev.varve.transit.command.gtfs.GtfsFeed.Agency;
import dev.varve.transit.events.TransportMode;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads everything of a feed but its head, and reads the stop times through to count them. */
final class FeedReader {

    private static final Pattern COLOR = Pattern.compile("#?([0-9A-Fa-f]{6})");

    private final GtfsArchive archive;
    private final GtfsFeed.Head head;
    private final GtfsFeed.Selection selection;
    private final Findings findings;
    private final Map<String, Stop> stops = new LinkedHashMap<>();
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private final Map<String, Trip> trips = new HashMap<>();
    private long stopTimes;

    FeedReader(GtfsArchive archive, GtfsFeed.Head head, GtfsFeed.Selection selection) {
        this.archive = archive;
        this.head = head;
        this.selection = selection;
        this.findings = head.findings();
    }

    GtfsFeed read() throws BrokenSource {
        readStops();
        readRoutes();
        readTrips();
        readFrequencies();
        countStopTimes();
        archive.tablesInForeignEncoding()
                .forEach(table -> findings.odd(table + " is not in UTF-8 and was read as Windows-1252"));
        return new GtfsFeed(stops, routes, trips, stopTimes, expectedDepartures(), findings);
    }

    private void readStops() throws BrokenSource {
        Map<String, String> parents = new LinkedHashMap<>();
        try (CsvTable table = archive.table("stops.txt", "stop_id")) {
            int parent = table.column("parent_station");
            while (table.next()) {
                try {
                    Stop stop = readStop(table);
                    Stop earlier = stops.putIfAbsent(stop.id, stop);
                    if (earlier != null) {
                        throw new BrokenRow(
                                "stop_id '%s' is there twice, first in line %d".formatted(stop.id, earlier.line));
                    }
                    if (!table.get(parent).isEmpty()) {
                        parents.put(stop.id, table.get(parent));
                    }
                } catch (BrokenRow e) {
                    findings.reject(GtfsFeed.STATIONS, table, e.reason());
                }
            }
        }
        parents.forEach((id, parentId) -> join(stops.get(id), stops.get(parentId)));
    }

    private static Stop readStop(CsvTable table) throws BrokenRow {
        String type = table.get(table.column("location_type"));
        return new Stop(
                table.required(table.column("stop_id"), "stop_id"),
                table.line(),
                table.get(table.column("stop_name")),
                table.get(table.column("platform_code")),
                table.get(table.column("stop_timezone")),
                type.isEmpty() ? 0 : number(type, "location_type"),
                degrees(table.get(table.column("stop_lat")), "stop_lat"),
                degrees(table.get(table.column("stop_lon")), "stop_lon"));
    }

    private void join(@Nullable Stop stop, @Nullable Stop parent) {
        if (stop == null) {
            return;
        }
        if (parent == null) {
            findings.odd("a stop names a parent_station that is not in stops.txt, and was taken as a station");
        } else if (parent.station() == stop) {
            findings.odd("a stop lies within itself, and was taken as a station");
        } else {
            stop.within(parent);
        }
    }

    private void readRoutes() throws BrokenSource {
        Map<String, Agency> agencies = new HashMap<>();
        head.agencies().forEach(agency -> agencies.putIfAbsent(agency.id(), agency));
        try (CsvTable table = archive.table("routes.txt", "route_id", "route_type")) {
            while (table.next()) {
                try {
                    String agencyId = table.get(table.column("agency_id"));
                    Agency agency =
                            agencies.getOrDefault(agencyId, head.agencies().getFirst());
                    Route route = readRoute(table, agency);
                    Route earlier = routes.putIfAbsent(route.id(), route);
                    if (earlier != null) {
                        throw new BrokenRow(
                                "route_id '%s' is there twice, first in line %d".formatted(route.id(), earlier.line()));
                    }
                } catch (BrokenRow e) {
                    findings.reject(GtfsFeed.LINES, table, e.reason());
                }
            }
        }
    }

    private Route readRoute(CsvTable table, Agency agency) throws BrokenRow {
        String id = table.required(table.column("route_id"), "route_id");
        int type = RouteTypes.parse(table.get(table.column("route_type")));
        String shortName = table.get(table.column("route_short_name"));
        String longName = table.get(table.column("route_long_name"));
        String text = table.get(table.column("route_desc"));
        String label = firstNonEmpty(shortName, longName, id);
        String description = label.equals(longName) ? text : firstNonEmpty(longName, text);
        return new Route(
                id,
                table.line(),
                label,
                RouteTypes.mode(type),
                RouteTypes.isExtended(type) ? Integer.toString(type) : null,
                firstNonEmpty(agency.name(), agency.id(), head.feedId()),
                agency.zone(),
                description.isEmpty() ? null : description,
                color(table.get(table.column("route_color"))));
    }

    private void readTrips() throws BrokenSource {
        Map<Route, Trip> unwanted = new HashMap<>();
        try (CsvTable table = archive.table("trips.txt", "route_id", "service_id", "trip_id")) {
            int id = table.column("trip_id");
            int routeId = table.column("route_id");
            int serviceId = table.column("service_id");
            int headsign = table.column("trip_headsign");
            int direction = table.column("direction_id");
            while (table.next()) {
                try {
                    String tripId = table.required(id, "trip_id");
                    Route route = known(routes, table.get(routeId), "route_id");
                    String service = table.get(serviceId);
                    if (!head.calendar().knows(service)) {
                        throw new BrokenRow("service_id '" + service + "' is in no calendar, so the trip never runs");
                    }
                    List<LocalDate> days = selection.days(tripId, service);
                    Trip trip = days.isEmpty()
                            ? unwanted.computeIfAbsent(route, r -> new Trip("", r, "", "", List.of()))
                            : new Trip(tripId, route, table.get(headsign), table.get(direction), days);
                    if (trips.putIfAbsent(tripId, trip) != null) {
                        throw new BrokenRow("trip_id '" + tripId + "' is there twice");
                    }
                } catch (BrokenRow e) {
                    findings.reject(GtfsFeed.DEPARTURES, table, e.reason());
                    rememberRejected(table.get(id), table.get(routeId));
                }
            }
        }
    }

    /** One broken row is one rejection: the stop times of a rejected trip are passed over. */
    private void rememberRejected(String tripId, String routeId) {
        Route route = routes.get(routeId);
        trips.putIfAbsent(tripId, new Trip("", route == null ? NO_ROUTE : route, "", "", List.of()));
    }

    private static final Route NO_ROUTE =
            new Route("", 0, "", TransportMode.OTHER, null, "", java.time.ZoneOffset.UTC, null, null);

    private void readFrequencies() throws BrokenSource {
        try (CsvTable table =
                archive.optionalTable("frequencies.txt", "trip_id", "start_time", "end_time", "headway_secs")) {
            while (table != null && table.next()) {
                try {
                    Trip trip = known(trips, table.get(table.column("trip_id")), "trip_id");
                    int start = ServiceTime.parse(table.get(table.column("start_time")), "start_time");
                    int end = ServiceTime.parse(table.get(table.column("end_time")), "end_time");
                    int headway = number(table.get(table.column("headway_secs")), "headway_secs");
                    if (headway <= 0 || end <= start) {
                        throw new BrokenRow("headway_secs must be positive and end_time after start_time");
                    }
                    if (trip.isWanted()) {
                        trip.frequencies.add(new Trip.Frequency(start, end, headway));
                    }
                } catch (BrokenRow e) {
                    findings.reject(GtfsFeed.DEPARTURES, table, e.reason());
                }
            }
        }
    }

    /** Counts each wanted trip's rows, and notes by which modes each station is served, whatever the day. */
    private void countStopTimes() throws BrokenSource {
        try (CsvTable table = archive.table(
                "stop_times.txt", "trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence")) {
            int tripId = table.column("trip_id");
            int stopId = table.column("stop_id");
            while (table.next()) {
                Trip trip = trips.get(table.get(tripId));
                if (trip == null) {
                    continue;
                }
                if (trip.isWanted()) {
                    trip.rows++;
                    stopTimes++;
                }
                Stop stop = stops.get(table.get(stopId));
                if (stop != null && !trip.route.equals(NO_ROUTE)) {
                    stop.station().modes.add(trip.route.mode());
                }
            }
        }
    }

    private long expectedDepartures() {
        return trips.values().stream()
                .filter(trip -> trip.rows > 1)
                .mapToLong(trip -> (trip.rows - 1L) * trip.days.size() * Math.max(1, runs(trip)))
                .sum();
    }

    private static long runs(Trip trip) {
        return trip.frequencies.stream()
                .mapToLong(f -> (f.end() - f.start() + f.headway() - 1L) / f.headway())
                .sum();
    }

    static <T> T known(Map<String, T> all, String id, String called) throws BrokenRow {
        T found = all.get(id);
        if (found == null) {
            throw new BrokenRow("%s '%s' is not in the feed".formatted(called, id));
        }
        return found;
    }

    static int number(String text, String called) throws BrokenRow {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new BrokenRow("%s '%s' is no number".formatted(called, text));
        }
    }

    private static double degrees(String text, String called) throws BrokenRow {
        try {
            return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new BrokenRow("%s '%s' is no number".formatted(called, text));
        }
    }

    /** Six hexadecimal digits, with or without the sign; anything else is no colour, which harms nobody. */
    private static @Nullable String color(String text) {
        var digits = COLOR.matcher(text);
        return digits.matches() ? "#" + digits.group(1).toUpperCase(Locale.ROOT) : null;
    }

    private static String firstNonEmpty(String... texts) {
        for (String text : texts) {
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }
}
