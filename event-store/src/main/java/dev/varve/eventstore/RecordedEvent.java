package dev.varve.eventstore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event in the log.
 *
 * @param position place in the log, counted from 1, without gaps, and final; 0 for a snapshot
 * @param streamType null for an event that belongs to no stream
 * @param version place in its stream, counted from 0
 * @param payload UTF-8 JSON; must not be changed
 * @param metadata UTF-8 JSON; must not be changed
 */
// The bytes go from Jackson to the driver and back; a copy or a wrapper for each would be the largest cost of an event.
@SuppressWarnings("ArrayRecordComponent")
public record RecordedEvent(
        long position,
        String eventId,
        @Nullable String streamType,
        String streamId,
        long version,
        String type,
        @Nullable String revision,
        Instant recordedAt,
        byte[] payload,
        byte[] metadata) {}
