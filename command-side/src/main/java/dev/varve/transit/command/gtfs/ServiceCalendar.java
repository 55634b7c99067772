package dev.varve.transit.command.gtfs;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** On which days each service of a feed runs: weekly patterns with additions and exceptions. */
final class ServiceCalendar {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuuMMdd").withResolverStyle(ResolverStyle.STRICT);

    private final Map<String, RunningDays> services = new HashMap<>();

    /** Reads {@code YYYYMMDD}. */
    static LocalDate parseDate(String text, String called) throws BrokenRow {
        try {
            return LocalDate.parse(text, DATE);
        } catch (DateTimeParseException e) {
            throw new BrokenRow("%s '%s' is no date YYYYMMDD".formatted(called, text));
        }
    }

    void weekly(String serviceId, Set<DayOfWeek> days, LocalDate first, LocalDate last) throws BrokenRow {
        RunningDays service = services.computeIfAbsent(serviceId, any -> new RunningDays());
        if (service.weekly != null) {
            throw new BrokenRow("service_id '" + serviceId + "' is there twice");
        }
        service.weekly =
                new Weekly(days.isEmpty() ? EnumSet.noneOf(DayOfWeek.class) : EnumSet.copyOf(days), first, last);
    }

    void add(String serviceId, LocalDate day) {
        services.computeIfAbsent(serviceId, any -> new RunningDays()).added.add(day);
    }

    void remove(String serviceId, LocalDate day) {
        services.computeIfAbsent(serviceId, any -> new RunningDays()).removed.add(day);
    }

    boolean knows(String serviceId) {
        return services.containsKey(serviceId);
    }

    /** The days from {@code first}, {@code count} of them, on which the service runs. */
    List<LocalDate> days(String serviceId, LocalDate first, int count) {
        RunningDays service = services.get(serviceId);
        return service == null
                ? List.of()
                : first.datesUntil(first.plusDays(count))
                        .filter(service::runsOn)
                        .toList();
    }

    /** The first day on which any service runs, not before the given one. */
    Optional<LocalDate> firstDayFrom(LocalDate day) {
        return services.values().stream()
                .flatMap(service -> service.firstDayFrom(day).stream())
                .min(LocalDate::compareTo);
    }

    /** The first day on which any service runs at all. */
    Optional<LocalDate> firstDay() {
        return firstDayFrom(LocalDate.EPOCH);
    }

    private record Weekly(Set<DayOfWeek> days, LocalDate first, LocalDate last) {

        boolean runsOn(LocalDate day) {
            return !day.isBefore(first) && !day.isAfter(last) && days.contains(day.getDayOfWeek());
        }
    }

    private static final class RunningDays {

        private @Nullable Weekly weekly;
        private final TreeSet<LocalDate> added = new TreeSet<>();
        private final Set<LocalDate> removed = new HashSet<>();

        boolean runsOn(LocalDate day) {
            return added.contains(day) || (weekly != null && weekly.runsOn(day) && !removed.contains(day));
        }

        Optional<LocalDate> firstDayFrom(LocalDate day) {
            return Stream.concat(Optional.ofNullable(added.ceiling(day)).stream(), firstWeeklyDay(day).stream())
                    .min(LocalDate::compareTo);
        }

        private Optional<LocalDate> firstWeeklyDay(LocalDate day) {
            Weekly pattern = weekly;
            if (pattern == null || pattern.days().isEmpty()) {
                return Optional.empty();
            }
            LocalDate from = day.isAfter(pattern.first()) ? day : pattern.first();
            // In more weeks than there are exceptions, at least one day is none.
            LocalDate until = from.plusDays(7L * (removed.size() + 1));
            return from.datesUntil(
                            until.isAfter(pattern.last())
                                    ? later(from, pattern.last().plusDays(1))
                                    : until)
                    .filter(this::runsOn)
                    .findFirst();
        }

        private static LocalDate later(LocalDate a, LocalDate b) {
            return a.isAfter(b) ? a : b;
        }
    }
}
