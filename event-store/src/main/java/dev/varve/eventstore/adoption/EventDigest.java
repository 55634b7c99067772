package dev.varve.eventstore.adoption;

import dev.varve.eventstore.NewEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of events in their order: of each its fields, every one with its length in front, times in microseconds.
 * Positions are not part of it, so both sides can make it from what they hold themselves.
 */
final class EventDigest {

    private final MessageDigest sha256;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private long events;

    EventDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void add(NewEvent event) {
        text(event.eventId());
        text(event.streamType());
        text(event.streamId());
        number(event.version());
        text(event.type());
        text(event.revision());
        number(ChronoUnit.MICROS.between(Instant.EPOCH, event.recordedAt()));
        bytes(event.payload());
        bytes(event.metadata());
        events++;
    }

    private void text(@Nullable String value) {
        if (value == null) {
            room(Integer.BYTES).putInt(-1);
        } else {
            bytes(value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void number(long value) {
        room(Long.BYTES).putLong(value);
    }

    private void bytes(byte[] value) {
        room(Integer.BYTES).putInt(value.length);
        if (value.length <= buffer.capacity()) {
            room(value.length).put(value);
        } else {
            drain();
            sha256.update(value);
        }
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            drain();
        }
        return buffer;
    }

    private void drain() {
        sha256.update(buffer.flip());
        buffer.clear();
    }

    /** What was added, and nothing can be added after. */
    Content content() {
        drain();
        return new Content(events, HexFormat.of().formatHex(sha256.digest()));
    }

    /**
     * What a side holds.
     *
     * @param digest in hexadecimal digits
     */
    record Content(long events, String digest) {}
}
