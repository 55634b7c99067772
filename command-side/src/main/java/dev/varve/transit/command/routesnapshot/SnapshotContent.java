package dev.varve.transit.command.routesnapshot;

import dev.varve.transit.events.ExternalStatus;
import dev.varve.transit.events.RouteEnd;
import dev.varve.transit.events.RouteSnapshotEvent.RouteSnapshotRecorded;
import dev.varve.transit.events.RouteSnapshotId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a snapshot says, without its id and the run that brought it: two of the same content are one snapshot.
 *
 * <p>Compared as JSON with sorted keys, because that is what the log keeps: a number that went through it once must not
 * differ from itself.
 */
record SnapshotContent(
        RouteEnd origin,
        RouteEnd destination,
        Map<String, String> filters,
        List<Map<String, @Nullable Object>> itineraries,
        ExternalStatus status,
        Instant requestedAt) {

    private static final JsonMapper CANONICAL = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    static SnapshotContent of(RouteSnapshotRecorded event) {
        return new SnapshotContent(
                event.origin(),
                event.destination(),
                event.filters(),
                event.itineraries(),
                event.status(),
                event.requestedAt());
    }

    /** A name-based UUID over the content. */
    RouteSnapshotId id() {
        return new RouteSnapshotId(
                UUID.nameUUIDFromBytes(CANONICAL.writeValueAsBytes(this)).toString());
    }
}
