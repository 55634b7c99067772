package dev.varve.eventstore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way into the log.
 *
 * @param streamType null for an event that belongs to no stream; its {@code streamId} is its {@code eventId} then
 * @param version place in its stream, counted from 0
 * @param type stable name, never a class name where the application gave names
 * @param payload UTF-8 JSON, passed through as it is; must not be changed afterwards
 * @param metadata UTF-8 JSON, as the payload
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
        byte[] metadata) {

    /** Bytes it takes in a batch: its JSON and an allowance for the rest. */
    int bytes() {
        return payload.length + metadata.length + 200;
    }
}
