package dev.varve.transit.command.gtfs;

import com.google.transit.realtime.GtfsRealtime.TripUpdate;
import com.google.transit.realtime.GtfsRealtime.TripUpdate.StopTimeEvent;
import com.google.transit.realtime.GtfsRealtime.TripUpdate.StopTimeUpdate;
import dev.varve.transit.command.departure.Observation;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a trip update says of each stop of a trip, in order.
 *
 * <p>As the specification has it: a delay holds for the stops after it until another update speaks; a skipped stop
 * leaves the delay before it in force; "no data" ends it; the trip's own delay holds before the first update. A
 * departure that is not given is as late as the arrival.
 */
final class TripProgress {

    private TripProgress() {}

    /**
     * What is known of one stop.
     *
     * @param realtime null where the update does not speak of the stop
     * @param assignedStopId where it stops instead of the planned stop; empty where it does not say
     */
    record AtStop(Observation.@Nullable Realtime realtime, boolean skipped, String assignedStopId) {}

    /**
     * Follows a trip update along the trip.
     *
     * @param plannedSecond when a stop time is planned, in epoch seconds
     * @param problem gets what cannot be matched
     * @return one entry for each stop time
     */
    static List<AtStop> along(
            List<StopTime> stopTimes,
            TripUpdate update,
            ToLongFunction<StopTime> plannedSecond,
            Consumer<String> problem) {
        Map<Integer, StopTimeUpdate> byIndex = match(stopTimes, update.getStopTimeUpdateList(), problem);
        Observation.Realtime current = update.hasDelay() ? new Observation.Realtime.Delay(update.getDelay()) : null;
        AtStop[] stops = new AtStop[stopTimes.size()];
        for (int i = 0; i < stops.length; i++) {
            StopTimeUpdate here = byIndex.get(i);
            boolean skipped = false;
            String assigned = "";
            if (here != null) {
                assigned = here.getStopTimeProperties().getAssignedStopId();
                switch (here.getScheduleRelationship()) {
                    case SKIPPED -> skipped = true;
                    case NO_DATA -> current = new Observation.Realtime.None();
                    case SCHEDULED, UNSCHEDULED -> current = delay(here, stopTimes.get(i), plannedSecond, current);
                }
            }
            stops[i] = new AtStop(current, skipped, assigned);
        }
        return List.of(stops);
    }

    private static Map<Integer, StopTimeUpdate> match(
            List<StopTime> stopTimes, List<StopTimeUpdate> updates, Consumer<String> problem) {
        Map<Integer, StopTimeUpdate> byIndex = new HashMap<>();
        int next = 0;
        for (StopTimeUpdate update : updates) {
            int index = update.hasStopSequence()
                    ? indexOfSequence(stopTimes, update.getStopSequence())
                    : indexOfStop(stopTimes, update.getStopId(), next);
            if (index < 0) {
                problem.accept(
                        update.hasStopSequence()
                                ? "stop_sequence " + Integer.toUnsignedString(update.getStopSequence())
                                        + " is not on the trip"
                                : "stop_id '" + update.getStopId() + "' is not on the rest of the trip");
            } else {
                byIndex.put(index, update);
                next = index + 1;
            }
        }
        return byIndex;
    }

    private static int indexOfSequence(List<StopTime> stopTimes, int sequence) {
        for (int i = 0; i < stopTimes.size(); i++) {
            if (stopTimes.get(i).sequence() == sequence) {
                return i;
            }
        }
        return -1;
    }

    /** A loop calls at a stop twice; updates come in order, so the search goes on where the last one ended. */
    private static int indexOfStop(List<StopTime> stopTimes, String stopId, int from) {
        for (int i = from; i < stopTimes.size(); i++) {
            Stop stop = stopTimes.get(i).stop();
            if (stop != null && stop.id.equals(stopId)) {
                return i;
            }
        }
        return -1;
    }

    private static Observation.@Nullable Realtime delay(
            StopTimeUpdate update,
            StopTime stopTime,
            ToLongFunction<StopTime> plannedSecond,
            Observation.@Nullable Realtime before) {
        StopTimeEvent event = update.hasDeparture() ? update.getDeparture() : update.getArrival();
        boolean arrivalOnly = !update.hasDeparture() && stopTime.arrival() == StopTime.UNKNOWN;
        if (event.hasTime() && stopTime.leaves() != StopTime.UNKNOWN && !(arrivalOnly && event.hasDelay())) {
            long planned = plannedSecond.applyAsLong(stopTime);
            if (arrivalOnly) {
                // Whoever arrives before the departure waits for it.
                planned = Math.min(planned, event.getTime());
            }
            int stay = update.hasDeparture() ? 0 : stopTime.leaves() - stopTime.reaches();
            return new Observation.Realtime.Delay(
                    Math.clamp(event.getTime() - (planned - stay), Integer.MIN_VALUE, Integer.MAX_VALUE));
        }
        return event.hasDelay() ? new Observation.Realtime.Delay(event.getDelay()) : before;
    }

    /** In epoch seconds, for {@link #along}. */
    static long epochSecond(Instant time) {
        return time.getEpochSecond();
    }
}
