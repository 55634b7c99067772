package dev.varve.outbox;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Where something begins to read. */
public sealed interface StartPosition {

    /**
     * As people write it: {@code beginning}, {@code now}, a position after which to begin, or an instant such as {@code
     * 2026-01-31T12:00:00Z}.
     *
     * @throws IllegalArgumentException with what it must be, and not with what it is
     */
    static StartPosition of(String text) {
        try {
            return switch (text) {
                case "beginning" -> new Beginning();
                case "now" -> new Now();
                default -> text.matches("\\d{1,18}") ? new After(Long.parseLong(text)) : new Since(Instant.parse(text));
            };
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "must be beginning, now, a position or an instant such as 2026-01-31T12:00:00Z", e);
        }
    }

    /**
     * The same, for those who wrote it where they see it.
     *
     * @param name what it was written for, which is told with the text when it is none of these
     */
    static StartPosition parse(String name, String text) {
        try {
            return of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s is '%s', and %s".formatted(name, text, e.getMessage()), e);
        }
    }

    /** With the oldest message that is kept. */
    record Beginning() implements StartPosition {}

    /** With the next message that is written. */
    record Now() implements StartPosition {}

    /**
     * With the message after a position.
     *
     * @param position at least 0
     */
    record After(long position) implements StartPosition {
        public After {
            if (position < 0) {
                throw new IllegalArgumentException("position is %d, and must be at least 0".formatted(position));
            }
        }
    }

    /**
     * With the first message recorded at or after an instant.
     *
     * @param instant of the years 1 to 9999, which the database can compare with
     */
    record Since(Instant instant) implements StartPosition {
        private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
        private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

        public Since {
            if (instant.isBefore(FIRST) || !instant.isBefore(END)) {
                throw new IllegalArgumentException("must lie in the years 1 to 9999");
            }
        }
    }
}
