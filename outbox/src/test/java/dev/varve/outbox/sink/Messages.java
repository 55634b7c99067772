package dev.varve.outbox.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.outbox.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Messages to deliver, the same for the same position. */
public final class Messages {

    public static final String TYPE = "dev.varve.transit.departure-delayed.v1";

    private Messages() {}

    public static Message of(long position, String key) {
        return of(position, key, "{\"number\": %d, \"name\": \"Zürich\"}".formatted(position));
    }

    public static Message of(long position, String key, String payload) {
        return new Message(
                position,
                new UUID(0x7000, 0x8000_0000_0000_0000L | position),
                "transit.departure",
                key,
                TYPE,
                payload.getBytes(UTF_8),
                Instant.parse("2026-03-01T08:00:00.123456Z").plusMillis(position),
                position,
                Map.of(
                        "traceparent",
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                        "correlationid",
                        "c-1"),
                false);
    }

    /** Positions from one on, dealt out to keys in turn. */
    public static List<Message> over(int keys, int count) {
        return from(1, keys, count);
    }

    public static List<Message> from(long first, int keys, int count) {
        List<Message> messages = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            messages.add(of(first + i, "key-" + (first + i) % keys));
        }
        return messages;
    }
}
