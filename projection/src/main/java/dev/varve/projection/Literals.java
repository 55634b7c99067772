package dev.varve.projection;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** Values as PostgreSQL reads them from text. */
public final class Literals {

    private static final long EARLIEST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private Literals() {}

    /** The value as PostgreSQL's input functions take it. */
    public static @Nullable String of(@Nullable Object value) {
        // Not a switch over patterns, which asks a call site for each value; most are text, and then times.
        if (value instanceof String text) {
            return text;
        }
        if (value == null) {
            return null;
        }
        if (value instanceof Instant time) {
            return of(time);
        }
        if (value instanceof JSON json) {
            return json.data();
        }
        if (value instanceof JSONB json) {
            return json.data();
        }
        if (value instanceof Object[] array) {
            return Arrays.stream(array).map(Literals::element).collect(Collectors.joining(",", "{", "}"));
        }
        return value.toString();
    }

    private static String element(@Nullable Object value) {
        String literal = of(value);
        return literal == null ? "NULL" : '"' + literal.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** As the time itself says it; whole seconds, of which there are many, without Java's slow formatter. */
    private static String of(Instant time) {
        long second = time.getEpochSecond();
        if (time.getNano() != 0 || second < EARLIEST || second > LATEST) {
            return time.toString();
        }
        // A date and time of day say it as an instant does, but leave out seconds that are 0.
        String text = time.atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
        return text.length() == "0000-00-00T00:00".length() ? text + ":00Z" : text + 'Z';
    }
}
