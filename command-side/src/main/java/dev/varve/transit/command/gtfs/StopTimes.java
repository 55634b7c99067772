package dev.varve.transit.command.gtfs;

import dev.varve.command.ingestion.BrokenSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads stop_times.txt once more, trip by trip.
 *
 * <p>A trip is complete when as many of its rows were met as had been counted, so a file that keeps a trip's rows
 * together, as nearly all do, needs memory for one trip at a time; one that scatters them is read as well.
 */
final class StopTimes {

    private final GtfsArchive archive;
    private final GtfsFeed feed;
    private final Problems problems;
    private final Trips complete;

    /** Takes broken rows. */
    @FunctionalInterface
    interface Problems {
        void broken(String file, long line, String reason);
    }

    /** Takes complete trips; stop times come in order, with a time wherever one can be known. */
    @FunctionalInterface
    interface Trips {
        void accept(Trip trip, List<StopTime> stopTimes);
    }

    StopTimes(GtfsArchive archive, GtfsFeed feed, Problems problems, Trips complete) {
        this.archive = archive;
        this.feed = feed;
        this.problems = problems;
        this.complete = complete;
    }

    void read() throws BrokenSource {
        Map<Trip, Pending> pending = new HashMap<>();
        try (CsvTable table = archive.table("stop_times.txt")) {
            Columns columns = new Columns(table);
            while (table.next()) {
                Trip trip = feed.trips().get(columns.tripId());
                if (trip == null) {
                    broken(table.line(), "trip_id '" + columns.tripId() + "' is not in trips.txt");
                } else if (trip.isWanted()) {
                    Pending rows = pending.computeIfAbsent(trip, Pending::new);
                    rows.read(columns);
                    if (rows.seen == trip.rows) {
                        pending.remove(trip);
                        complete.accept(trip, rows.inOrder());
                    }
                }
            }
        }
    }

    private void broken(long line, String reason) {
        problems.broken("stop_times.txt", line, reason);
    }

    /** Where the columns are. */
    private static final class Columns {

        private final CsvTable table;
        private final int tripId;
        private final int stopId;
        private final int sequence;
        private final int arrival;
        private final int departure;
        private final int pickup;
        private final int distance;
        private final int headsign;
        private final int locationGroup;
        private final int location;

        Columns(CsvTable table) {
            this.table = table;
            tripId = table.column("trip_id");
            stopId = table.column("stop_id");
            sequence = table.column("stop_sequence");
            arrival = table.column("arrival_time");
            departure = table.column("departure_time");
            pickup = table.column("pickup_type");
            distance = table.column("shape_dist_traveled");
            headsign = table.column("stop_headsign");
            locationGroup = table.column("location_group_id");
            location = table.column("location_id");
        }

        String tripId() {
            return table.get(tripId);
        }
    }

    /** The rows of one trip so far. */
    private final class Pending {

        private final List<StopTime> rows = new ArrayList<>();
        private int seen;

        Pending(Trip trip) {
            rows.clear();
            ((ArrayList<StopTime>) rows).ensureCapacity(trip.rows);
        }

        void read(Columns columns) {
            seen++;
            CsvTable table = columns.table;
            try {
                rows.add(stopTime(columns, FeedReader.number(table.get(columns.sequence), "stop_sequence")));
            } catch (BrokenRow e) {
                broken(table.line(), e.reason());
            }
        }

        private StopTime stopTime(Columns columns, int sequence) {
            CsvTable table = columns.table;
            String stopId = table.get(columns.stopId);
            boolean flexible = stopId.isEmpty()
                    && !(table.get(columns.locationGroup).isEmpty()
                            && table.get(columns.location).isEmpty());
            if (flexible) {
                // Somewhere within an area, at some time within a window: no departure that a board could show.
                return nowhere(table.line(), sequence);
            }
            try {
                return new StopTime(
                        table.line(),
                        sequence,
                        FeedReader.known(feed.stops(), stopId, "stop_id"),
                        time(table.get(columns.arrival), "arrival_time"),
                        time(table.get(columns.departure), "departure_time"),
                        !table.get(columns.pickup).equals("1"),
                        distance(table.get(columns.distance)),
                        table.get(columns.headsign));
            } catch (BrokenRow e) {
                broken(table.line(), e.reason());
                return nowhere(table.line(), sequence);
            }
        }

        private static StopTime nowhere(long line, int sequence) {
            return new StopTime(line, sequence, null, StopTime.UNKNOWN, StopTime.UNKNOWN, false, Double.NaN, "");
        }

        private static int time(String text, String called) throws BrokenRow {
            return text.isEmpty() ? StopTime.UNKNOWN : ServiceTime.parse(text, called);
        }

        private static double distance(String text) {
            try {
                return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
            } catch (NumberFormatException e) {
                return Double.NaN;
            }
        }

        List<StopTime> inOrder() {
            rows.sort(Comparator.comparingInt(StopTime::sequence));
            List<StopTime> distinct = new ArrayList<>(rows.size());
            for (StopTime row : rows) {
                if (!distinct.isEmpty() && distinct.getLast().sequence() == row.sequence()) {
                    broken(
                            row.line(),
                            "stop_sequence %d is there twice in the trip, first in line %d"
                                    .formatted(
                                            row.sequence(), distinct.getLast().line()));
                } else {
                    distinct.add(row);
                }
            }
            return Interpolation.fill(
                    distinct,
                    row -> broken(
                            row.line(), "has no time, and the trip has none before or after it to estimate from"));
        }
    }
}
