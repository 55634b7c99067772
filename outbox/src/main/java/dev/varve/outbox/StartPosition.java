package dev.varve.outbox;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Where something begins to read. */
public sealed interface StartPosition {

    /**
     * As people write it: {@code beginning}, {@code now}, a position after which to begin, or an instant such as {@code
     * 2026-01-31T12:00:00Z}.
     *
     * @param name what it was written for, which is told when it is none of these
     */
    static StartPosition parse(String name, String text) {
        try {
            return switch (text) {
                case "beginning" -> new Beginning();
                case "now" -> new Now();
                default -> text.matches("\\d{1,18}") ? new After(Long.parseLong(text)) : new Since(Instant.parse(text));
            };
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "%s is '%s', and must be beginning, now, a position or an instant such as 2026-01-31T12:00:00Z"
                            .formatted(name, text),
                    e);
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

    /** With the first message recorded at or after an instant. */
    record Since(Instant instant) implements StartPosition {}
}
