package dev.varve.transit.command.gtfs;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * Times of a timetable: seconds since noon minus twelve hours of the service day.
 *
 * <p>That is midnight, except on the days when clocks change: there 08:00:00 must still be eight o'clock. Times past
 * 24:00:00 lie on the days after, which is how a night's last trips stay with the day on which it began.
 */
final class ServiceTime {

    /** The longest trips run for some days; anything beyond this is a slip. */
    private static final int LONGEST_HOURS = 240;

    private static final Duration HALF_A_DAY = Duration.ofHours(12);

    private ServiceTime() {}

    /** Reads {@code H:MM:SS}, with as many digits for the hours as there are. */
    static int parse(String text, String called) throws BrokenRow {
        int minutes = text.indexOf(':');
        int seconds = text.indexOf(':', minutes + 1);
        if (minutes > 0 && minutes <= 3 && seconds == minutes + 3 && text.length() == seconds + 3) {
            int h = number(text, 0, minutes);
            int m = number(text, minutes + 1, seconds);
            int s = number(text, seconds + 1, text.length());
            if (h >= 0 && m >= 0 && m < 60 && s >= 0 && s < 60 && h <= LONGEST_HOURS) {
                return (h * 60 + m) * 60 + s;
            }
        }
        throw new BrokenRow("%s '%s' is no time H:MM:SS up to %d hours".formatted(called, text, LONGEST_HOURS));
    }

    /** When it is that time of that service day. */
    static Instant at(LocalDate serviceDay, int seconds, ZoneId zone) {
        return serviceDay
                .atTime(LocalTime.NOON)
                .atZone(zone)
                .toInstant()
                .minus(HALF_A_DAY)
                .plusSeconds(seconds);
    }

    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            value = value * 10 + digit - '0';
        }
        return value;
    }
}
