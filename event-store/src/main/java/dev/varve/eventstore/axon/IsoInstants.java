package dev.varve.eventstore.axon;

import dev.varve.eventstore.PlainTimes;
import java.io.Serial;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ext.javatime.deser.InstantDeserializer;

/**
 * Reads times as they are stored, {@code 2026-03-01T08:15:00.250Z}, digit by digit, and leaves every other shape to Jackson.
 */
final class IsoInstants extends InstantDeserializer<Instant> {

    @Serial
    private static final long serialVersionUID = 1L;

    IsoInstants() {
        super(InstantDeserializer.INSTANT, DateTimeFormatter.ISO_INSTANT);
    }

    @Override
    protected Instant _fromString(JsonParser parser, DeserializationContext context, String text) {
        Instant read = read(text);
        return read == null ? super._fromString(parser, context, text) : read;
    }

    /** The time, or null if the text is anything but plain UTC, or no time at all. */
    static @Nullable Instant read(String text) {
        int last = text.length() - 1;
        return last >= 0 && text.charAt(last) == 'Z' ? PlainTimes.read(text, 'T', last) : null;
    }
}
