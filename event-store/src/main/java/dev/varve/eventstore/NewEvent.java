package dev.varve.eventstore;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way into the log.
 *
 * @param streamType null for an event that belongs to no stream; its {@code streamId} is its {@code eventId} then
 * @param version place in its stream, counted from 0
 * @param type stable name, never a class name where the application gave names
 * @param payload UTF-8 JSON, passed through as it is; must not be changed afterwards
 * @param metadata UTF-8 JSON, as the payload
 * @param messages what goes out with it; they are written if and only if the event is
 */
// The bytes go from Jackson to the driver and back; a copy or a wrapper for each would be the largest cost of an event.
@SuppressWarnings("ArrayRecordComponent")
public record NewEvent(
        String eventId,
        @Nullable String streamType,
        String streamId,
        long version,
        String type,
        @Nullable String revision,
        Instant recordedAt,
        byte[] payload,
        byte[] metadata,
        List<NewMessage> messages) {

    public NewEvent {
        messages = List.copyOf(messages);
    }

    /** An event that is nobody else's business. */
    public NewEvent(
            String eventId,
            @Nullable String streamType,
            String streamId,
            long version,
            String type,
            @Nullable String revision,
            Instant recordedAt,
            byte[] payload,
            byte[] metadata) {
        this(eventId, streamType, streamId, version, type, revision, recordedAt, payload, metadata, List.of());
    }

    void checkSize(long limit) {
        long bytes = (long) payload.length + metadata.length;
        if (bytes > limit) {
            throw new EventTooLargeException("event", type, streamId, bytes, limit);
        }
        for (NewMessage message : messages) {
            if (message.payload().length > limit) {
                throw new EventTooLargeException("message", message.type(), streamId, message.payload().length, limit);
            }
        }
    }

    /** Bytes it takes in a batch with its messages: the JSON and an allowance for the rest. */
    long bytes() {
        long bytes = payload.length + metadata.length + 200L;
        for (NewMessage message : messages) {
            bytes += message.bytes();
        }
        return bytes;
    }
}
