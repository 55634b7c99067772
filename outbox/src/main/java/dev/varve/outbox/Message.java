package dev.varve.outbox;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * A public message on its way to a sink, as it stands in {@code outbox.message}.
 *
 * @param position its place among all messages; dense, and final from the moment it can be read
 * @param id the same for every delivery of the same message, over retries, replays and take-overs
 * @param topic what it is about, {@code <context>.<thing>}, for example {@code transit.departure}
 * @param key messages of one key are delivered in order of position
 * @param type name and version of its contract, for example {@code dev.varve.transit.departure-delayed.v1}
 * @param payload JSON in UTF-8, as it was written; shared and not copied, so nobody may change it
 * @param recordedAt when its event was recorded
 * @param eventPosition position of that event in the log
 * @param headers further facts for consumers, for example {@code traceparent}
 * @param replay whether it is sent again because an operator asked for a replay
 */
// The payload goes from the driver to the sink; a copy or a wrapper for each would be the largest cost of a message.
@SuppressWarnings("ArrayRecordComponent")
public record Message(
        long position,
        UUID id,
        String topic,
        String key,
        String type,
        byte[] payload,
        Instant recordedAt,
        long eventPosition,
        Map<String, String> headers,
        boolean replay) {

    public Message {
        headers = Map.copyOf(headers);
    }

    /** The first part of the topic. */
    public String context() {
        int dot = topic.indexOf('.');
        return dot < 0 ? topic : topic.substring(0, dot);
    }

    /** Where it stands, for readers who keep that themselves. */
    public Place place() {
        return Place.of(position, id);
    }

    /** The same message, marked as sent again. */
    public Message asReplay() {
        return new Message(position, id, topic, key, type, payload, recordedAt, eventPosition, headers, true);
    }

    /** Without payload, key and headers, which may not appear in logs. */
    @Override
    public String toString() {
        return "message " + position + " of type " + type;
    }
}
