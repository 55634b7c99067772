package dev.varve.eventstore;

/** An event, or a message that goes out with it, is larger than the log takes. Nothing of its append was written. */
public final class EventTooLargeException extends RuntimeException {

    private final String type;
    private final long bytes;
    private final long limit;

    EventTooLargeException(String what, String type, String streamId, long bytes, long limit) {
        super("%s '%s' of stream '%s' has %d bytes, and at most %d are allowed (varve.event-store.max-event-size)"
                .formatted(what, type, streamId, bytes, limit));
        this.type = type;
        this.bytes = bytes;
        this.limit = limit;
    }

    /** Name of the event's or the message's type. */
    public String type() {
        return type;
    }

    /** Its payload and metadata. */
    public long bytes() {
        return bytes;
    }

    /** What is allowed. */
    public long limit() {
        return limit;
    }
}
