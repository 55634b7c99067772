package dev.varve.projection.replay;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** An end of a range of the log. */
public sealed interface Bound {

    /** The first event, as a start; an end cannot be there. */
    record Beginning() implements Bound {}

    /** This position, which belongs to the range. */
    record Position(long position) implements Bound {}

    /**
     * A start takes what was recorded at or after this moment; an end, what was recorded before it.
     *
     * @param instant of the years 1 to 9999, which the database can compare with
     */
    record Time(Instant instant) implements Bound {}

    /** The end of what the live projection has applied. */
    record Now() implements Bound {}

    /** A start as people write it: {@code beginning}, which is also meant by nothing, a position or a time with its zone. */
    static Bound from(@Nullable String text) {
        return text == null || "beginning".equals(text) ? new Beginning() : of(text, "from");
    }

    /** An end as people write it: {@code now}, which is also meant by nothing, a position or a time with its zone. */
    static Bound to(@Nullable String text) {
        return text == null || "now".equals(text) ? new Now() : of(text, "to");
    }

    private static Bound of(String text, String end) {
        try {
            return text.matches("[0-9]{1,18}")
                    ? new Position(Long.parseLong(text))
                    : new Time(ofCommonEra(OffsetDateTime.parse(text).toInstant(), end));
        } catch (DateTimeException e) {
            throw ReplayRefused.malformed(
                    end,
                    "must be %s, a position or a time with its zone, such as 2026-11-21T09:00:00Z"
                            .formatted("from".equals(end) ? "beginning" : "now"));
        }
    }

    private static Instant ofCommonEra(Instant instant, String end) {
        int year = instant.atOffset(ZoneOffset.UTC).getYear();
        if (year < 1 || year > 9999) {
            throw ReplayRefused.malformed(end, "must lie in the years 1 to 9999");
        }
        return instant;
    }
}
