package dev.varve.transit.command.gtfs;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** A row of trips.txt that is wanted, or, with no days, the stand-in for all trips of a route that are not. */
final class Trip {

    final String id;
    final Route route;
    final String headsign;
    final String direction;
    final List<LocalDate> days;
    final List<Frequency> frequencies = new ArrayList<>(0);

    /** How many rows of stop_times.txt are its own, counted when the feed was first read through. */
    int rows;

    Trip(String id, Route route, String headsign, String direction, List<LocalDate> days) {
        this.id = id;
        this.route = route;
        this.headsign = headsign;
        this.direction = direction;
        this.days = days;
    }

    boolean isWanted() {
        return !days.isEmpty();
    }

    /**
     * A row of frequencies.txt: the trip leaves its first stop every so often.
     *
     * @param start seconds of the service day
     * @param end seconds of the service day; nothing leaves then
     * @param headway seconds
     */
    record Frequency(int start, int end, int headway) {}
}
