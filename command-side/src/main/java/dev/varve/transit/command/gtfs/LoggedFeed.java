package dev.varve.transit.command.gtfs;

import com.google.transit.realtime.GtfsRealtime.TripDescriptor;
import com.google.transit.realtime.GtfsRealtime.TripUpdate;
import com.google.transit.realtime.GtfsRealtime.TripUpdate.StopTimeEvent;
import com.google.transit.realtime.GtfsRealtime.TripUpdate.StopTimeUpdate;
import dev.varve.transit.events.StationId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One feed's departures as the log has them, of the trips that a message names.
 *
 * <p>The log has no service days, so a trip's departures are told apart by the hours in which it does not run.
 *
 * @param runs by trip; each run in planned order
 * @param platforms by stop, where a stop has one
 */
record LoggedFeed(
        String id,
        Map<String, List<List<LoggedDeparture>>> runs,
        Map<String, String> platforms,
        Map<StationId, ZoneId> zones) {

    static final String ADVICE = "; pass --schedule with the timetable";

    /** No trip stands still for so long, and no daily one pauses for less. */
    private static final Duration BETWEEN_RUNS = Duration.ofHours(6);

    /** Until then, a trip may still belong to the service day before, whose times go past 24:00. */
    private static final LocalTime NIGHT_ENDS = LocalTime.of(4, 0);

    static LoggedFeed of(
            String id, List<LoggedDeparture> departures, Map<String, String> platforms, Map<StationId, ZoneId> zones) {
        Map<String, List<List<LoggedDeparture>>> runs = departures.stream()
                .sorted(Comparator.comparing(LoggedDeparture::plannedAt))
                .collect(Collectors.groupingBy(
                        LoggedDeparture::tripId, Collectors.collectingAndThen(Collectors.toList(), LoggedFeed::apart)));
        return new LoggedFeed(id, runs, Map.copyOf(platforms), Map.copyOf(zones));
    }

    /** The departures of the run that an update means, in planned order. */
    List<LoggedDeparture> run(TripUpdate update, Instant saidAt) throws BrokenRow {
        TripDescriptor trip = update.getTrip();
        List<LoggedDeparture> run;
        if (trip.hasStartDate()) {
            run = onDay(update, ServiceCalendar.parseDate(trip.getStartDate(), "start_date"));
        } else {
            run = nearest(
                            runs.getOrDefault(trip.getTripId(), List.of()),
                            firstTime(update).orElse(saidAt))
                    .orElseThrow(() -> unknown(trip, "around this message"));
        }
        boolean eachStopAgain = run.stream()
                .collect(Collectors.groupingBy(LoggedDeparture::stopId, Collectors.counting()))
                .values()
                .stream()
                .allMatch(times -> times > 1);
        if (eachStopAgain) {
            throw new BrokenRow("trip '%s' runs several times a day, which the log cannot tell apart%s"
                    .formatted(trip.getTripId(), ADVICE));
        }
        return run;
    }

    private List<LoggedDeparture> onDay(TripUpdate update, LocalDate day) throws BrokenRow {
        TripDescriptor trip = update.getTrip();
        List<List<LoggedDeparture>> candidates = runs.getOrDefault(trip.getTripId(), List.of()).stream()
                .filter(run -> isWithin(day, run.getFirst()))
                .toList();
        if (candidates.isEmpty()) {
            throw unknown(trip, "on " + trip.getStartDate());
        }
        Optional<Instant> told = firstTime(update);
        if (told.isEmpty() && trip.hasStartTime()) {
            int start = ServiceTime.parse(trip.getStartTime(), "start_time");
            told = Optional.of(
                    ServiceTime.at(day, start, zone(candidates.getFirst().getFirst())));
        }
        if (told.isPresent()) {
            return nearest(candidates, told.get()).orElseThrow();
        }
        LoggedDeparture first = candidates.getFirst().getFirst();
        if (first.plannedAt().atZone(zone(first)).toLocalTime().isBefore(NIGHT_ENDS)) {
            throw new BrokenRow(
                    "trip '%s' leaves at night, and without start_time or times the log cannot tell of which service day%s"
                            .formatted(trip.getTripId(), ADVICE));
        }
        return candidates.getFirst();
    }

    /** Whether a run that begins so can be one of the service day, whose hours go on into the next night. */
    private boolean isWithin(LocalDate day, LoggedDeparture first) {
        Instant begin = day.atStartOfDay(zone(first)).toInstant();
        Instant end = day.plusDays(1).atTime(NIGHT_ENDS).atZone(zone(first)).toInstant();
        return !first.plannedAt().isBefore(begin) && first.plannedAt().isBefore(end);
    }

    private ZoneId zone(LoggedDeparture departure) {
        return zones.getOrDefault(departure.stationId(), ZoneOffset.UTC);
    }

    private static BrokenRow unknown(TripDescriptor trip, String when) {
        return new BrokenRow("the log knows no departure of trip_id '%s' %s".formatted(trip.getTripId(), when));
    }

    /** The first time that an update gives, which lies near the run it means. */
    private static Optional<Instant> firstTime(TripUpdate update) {
        return update.getStopTimeUpdateList().stream()
                .map(LoggedFeed::event)
                .filter(StopTimeEvent::hasTime)
                .findFirst()
                .map(event -> Instant.ofEpochSecond(Math.clamp(event.getTime(), 0, 1L << 34)));
    }

    private static StopTimeEvent event(StopTimeUpdate update) {
        return update.hasDeparture() ? update.getDeparture() : update.getArrival();
    }

    private static Optional<List<LoggedDeparture>> nearest(List<List<LoggedDeparture>> runs, Instant time) {
        return runs.stream()
                .min(Comparator.comparing(run -> run.stream()
                        .map(departure ->
                                Duration.between(departure.plannedAt(), time).abs())
                        .min(Comparator.naturalOrder())
                        .orElseThrow()));
    }

    private static List<List<LoggedDeparture>> apart(List<LoggedDeparture> departures) {
        List<List<LoggedDeparture>> runs = new ArrayList<>();
        Instant before = Instant.MIN;
        for (LoggedDeparture departure : departures) {
            if (runs.isEmpty() || before.plus(BETWEEN_RUNS).isBefore(departure.plannedAt())) {
                runs.add(new ArrayList<>());
            }
            runs.getLast().add(departure);
            before = departure.plannedAt();
        }
        return runs;
    }
}
