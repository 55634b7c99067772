package dev.varve.projection;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as it stands in the log.
 *
 * @param position its place in the log
 * @param eventId the id it was recorded under
 * @param streamId the stream it belongs to
 * @param version the stream's version after it, counted from 0
 * @param metadata what was recorded beside the payload; a value may be null
 */
public record RecordedEvent<E>(
        long position,
        String eventId,
        String streamId,
        long version,
        Instant recordedAt,
        Map<String, ? extends @Nullable Object> metadata,
        E payload) {

    public RecordedEvent {
        // Not Map.copyOf, which refuses the null that JSON and Axon's metadata both allow.
        metadata = metadata instanceof LazyMetadata
                ? metadata
                : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** One whose payload cannot be decoded: whoever asks for it is told why. */
    @SuppressWarnings("unchecked") // nobody gets to see it as an E
    public static <E> RecordedEvent<E> unreadable(
            long position, String eventId, String streamId, long version, Instant recordedAt, RuntimeException why) {
        return new RecordedEvent<>(position, eventId, streamId, version, recordedAt, Map.of(), (E) new Unreadable(why));
    }

    private record Unreadable(RuntimeException why) {}

    @Override
    public E payload() {
        if (payload instanceof Unreadable unreadable) {
            throw unreadable.why();
        }
        return payload;
    }

    /** The same event with its payload seen as a narrower type, for the branches of a {@code switch}. */
    public <N> RecordedEvent<N> as(N narrower) {
        return new RecordedEvent<>(position, eventId, streamId, version, recordedAt, metadata, narrower);
    }
}
