package dev.varve.transit.command.gtfs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Estimates the times that a timetable leaves open, as the specification lets a reader do.
 *
 * <p>Between two stops with times the way is taken in equal steps, or in proportion to the distance along the shape
 * where all stops between have one that grows. Rounded to the second.
 */
final class Interpolation {

    private Interpolation() {}

    /**
     * The same stop times with every time that can be known.
     *
     * @param hopeless gets those outside the stops with times; they stay without one
     */
    static List<StopTime> fill(List<StopTime> trip, Consumer<StopTime> hopeless) {
        List<StopTime> filled = new ArrayList<>(trip);
        int known = -1;
        for (int i = 0; i < trip.size(); i++) {
            if (trip.get(i).leaves() != StopTime.UNKNOWN) {
                if (known >= 0 && known < i - 1) {
                    fill(filled, known, i);
                } else if (known < 0) {
                    give(trip.subList(0, i), hopeless);
                }
                known = i;
            }
        }
        give(trip.subList(known + 1, trip.size()), hopeless);
        return filled;
    }

    private static void give(List<StopTime> timeless, Consumer<StopTime> hopeless) {
        timeless.stream().filter(row -> row.stop() != null).forEach(hopeless);
    }

    private static void fill(List<StopTime> trip, int from, int to) {
        boolean byDistance = distancesGrow(trip, from, to);
        StopTime first = trip.get(from);
        StopTime last = trip.get(to);
        int duration = last.reaches() - first.leaves();
        for (int i = from + 1; i < to; i++) {
            double part = byDistance
                    ? (trip.get(i).distance() - first.distance()) / (last.distance() - first.distance())
                    : (double) (i - from) / (to - from);
            trip.set(i, trip.get(i).leavingAt(first.leaves() + (int) Math.round(part * duration)));
        }
    }

    private static boolean distancesGrow(List<StopTime> trip, int from, int to) {
        for (int i = from; i < to; i++) {
            // Not written as >=, because a missing distance is not a number and must fail.
            if (!(trip.get(i).distance() <= trip.get(i + 1).distance())) {
                return false;
            }
        }
        return trip.get(from).distance() < trip.get(to).distance();
    }
}
