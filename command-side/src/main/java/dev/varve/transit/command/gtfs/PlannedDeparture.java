package dev.varve.transit.command.gtfs;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One departure of a trip on a service day.
 *
 * @param start seconds of the service day at which the trip leaves its first stop; tells the runs of a frequency apart
 * @param stop where passengers board, which may be a platform of its station
 * @param stopTime with the times of the trip as it stands in the table, also where a frequency shifts it
 * @param lastStop where the trip ends; null where that cannot be known
 */
record PlannedDeparture(
        Trip trip,
        LocalDate day,
        int start,
        Stop stop,
        StopTime stopTime,
        Instant plannedAt,
        @Nullable Stop lastStop) {

    /** All departures of a complete trip; neither its last stop nor stops without boarding are any. */
    static List<PlannedDeparture> of(Trip trip, List<StopTime> stopTimes) {
        if (stopTimes.size() < 2) {
            return List.of();
        }
        List<StopTime> boarded = boarded(stopTimes);
        Stop lastStop = stopTimes.getLast().stop();
        int scheduled = Math.max(0, stopTimes.getFirst().leaves());
        List<PlannedDeparture> departures = new ArrayList<>();
        for (LocalDate day : trip.days) {
            for (int start : starts(trip, scheduled)) {
                for (StopTime row : boarded) {
                    Stop stop = row.stop();
                    if (stop != null) {
                        int seconds = row.leaves() + start - scheduled;
                        Instant plannedAt = ServiceTime.at(day, seconds, trip.route.zone());
                        departures.add(new PlannedDeparture(trip, day, start, stop, row, plannedAt, lastStop));
                    }
                }
            }
        }
        return departures;
    }

    /**
     * Where passengers can board. A trip that calls at two platforms of a station within the same second leaves the
     * station once, from the second of them.
     */
    private static List<StopTime> boarded(List<StopTime> stopTimes) {
        Map<Call, StopTime> calls = new LinkedHashMap<>();
        for (StopTime row : stopTimes.subList(0, stopTimes.size() - 1)) {
            if (row.stop() != null && row.boarding() && row.leaves() != StopTime.UNKNOWN) {
                calls.put(new Call(row.stop().station(), row.leaves()), row);
            }
        }
        return List.copyOf(calls.values());
    }

    private static NavigableSet<Integer> starts(Trip trip, int scheduled) {
        NavigableSet<Integer> starts = new TreeSet<>();
        for (Trip.Frequency frequency : trip.frequencies) {
            for (int start = frequency.start(); start < frequency.end(); start += frequency.headway()) {
                starts.add(start);
            }
        }
        if (trip.frequencies.isEmpty()) {
            starts.add(scheduled);
        }
        return starts;
    }

    private record Call(Stop station, int seconds) {}
}
