package dev.varve.projection;

import java.time.Instant;
import java.util.Map;

/**
 * An event as it stands in the log.
 *
 * @param position its place in the log
 * @param eventId the id it was recorded under
 * @param streamId the stream it belongs to
 * @param version the stream's version after it, counted from 0
 * @param metadata what was recorded beside the payload
 */
public record RecordedEvent<E>(
        long position,
        String eventId,
        String streamId,
        long version,
        Instant recordedAt,
        Map<String, ?> metadata,
        E payload) {

    public RecordedEvent {
        metadata = Map.copyOf(metadata);
    }

    /** The same event with its payload seen as a narrower type, for the branches of a {@code switch}. */
    public <N> RecordedEvent<N> as(N narrower) {
        return new RecordedEvent<>(position, eventId, streamId, version, recordedAt, metadata, narrower);
    }
}
