package dev.varve.command;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bounds that a context's commands set to what they accept, whoever sends them: HTTP, a file, another context.
 *
 * <p>Everything here ends in {@link Rejected} with the code {@code out-of-bounds}. The static questions are the same
 * bounds for the constraints of request bodies, which report all violations of a request together.
 *
 * @param context whose commands these are, for the rejection
 */
public record Bounds(String context) {

    /** No event of ours happened before. */
    public static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    /** Nothing is planned for this time or later. */
    public static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

    private static final Set<String> TIME_ZONES = Set.copyOf(ZoneId.getAvailableZoneIds());

    /** Whether a text can be stored in every read model: no NUL character, no half of a surrogate pair. */
    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\0' || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c) && (++i == text.length() || !Character.isLowSurrogate(text.charAt(i)))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a text can be an id: storable, not blank, without control characters. */
    public static boolean isId(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return false;
            }
        }
        return !text.isBlank() && isStorable(text);
    }

    /** Whether a time lies where times of departures, runs and requests can lie. */
    public static boolean isPlausible(Instant time) {
        return !time.isBefore(EARLIEST) && time.isBefore(LATEST);
    }

    /** Whether it is an IANA time zone by name; offsets such as {@code +02:00} are not. */
    public static boolean isTimeZone(String name) {
        return TIME_ZONES.contains(name);
    }

    /** An id of at most {@code longest} characters. */
    public void id(String field, String value, int longest) {
        if (value.length() > longest) {
            throw tooLong(field, value, longest);
        }
        if (!isId(value)) {
            throw rejected(field, "must not be blank and must hold no control characters");
        }
    }

    /** A text of at most {@code longest} characters; null is accepted. */
    public void text(String field, @Nullable String value, int longest) {
        if (value == null) {
            return;
        }
        if (value.length() > longest) {
            throw tooLong(field, value, longest);
        }
        if (!isStorable(value)) {
            throw rejected(field, "must hold neither NUL characters nor halves of surrogate pairs");
        }
    }

    /** A text as long as the request may be; null is accepted. */
    public void text(String field, @Nullable String value) {
        text(field, value, Integer.MAX_VALUE);
    }

    /** A text that says something. */
    public void name(String field, String value, int longest) {
        text(field, value, longest);
        if (value.isBlank()) {
            throw rejected(field, "must not be blank");
        }
    }

    public void time(String field, Instant value) {
        if (!isPlausible(value)) {
            throw rejected(field, "must be from %s to before %s, was %s".formatted(EARLIEST, LATEST, value));
        }
    }

    public void timeZone(String field, String value) {
        if (!isTimeZone(value)) {
            throw rejected(field, "must be an IANA time zone, for example Europe/Berlin");
        }
    }

    /** A WGS 84 position in degrees; refuses NaN too. */
    public void coordinates(String latitudeField, double latitude, String longitudeField, double longitude) {
        between(latitudeField, latitude, -90, 90);
        between(longitudeField, longitude, -180, 180);
    }

    public void between(String field, double value, double least, double greatest) {
        if (!(value >= least && value <= greatest)) {
            throw rejected(field, "must be from %s to %s, was %s".formatted(least, greatest, value));
        }
    }

    public void between(String field, long value, long least, long greatest) {
        if (value < least || value > greatest) {
            throw rejected(field, "must be from %d to %d, was %d".formatted(least, greatest, value));
        }
    }

    private Rejected tooLong(String field, String value, int longest) {
        return rejected(field, "must have at most %d characters, had %d".formatted(longest, value.length()));
    }

    public Rejected rejected(String field, String rule) {
        return new Rejected(context, "out-of-bounds", field, field + " " + rule);
    }
}
