package dev.varve.transit.command.gtfs;

import org.jspecify.annotations.Nullable;

/**
 * A row of stop_times.txt.
 *
 * @param stop null where the row names none that can be used; the row still has its place in the trip
 * @param arrival seconds of the service day; {@value #UNKNOWN} where the feed leaves it open
 * @param departure likewise
 * @param distance along the shape; not a number where the feed does not say
 */
record StopTime(
        long line,
        int sequence,
        @Nullable Stop stop,
        int arrival,
        int departure,
        boolean boarding,
        double distance,
        String headsign) {

    static final int UNKNOWN = -1;

    /** The departure, or the arrival where only that is known. */
    int leaves() {
        return departure == UNKNOWN ? arrival : departure;
    }

    /** The arrival, or the departure where only that is known. */
    int reaches() {
        return arrival == UNKNOWN ? departure : arrival;
    }

    StopTime leavingAt(int seconds) {
        return new StopTime(line, sequence, stop, seconds, seconds, boarding, distance, headsign);
    }
}
