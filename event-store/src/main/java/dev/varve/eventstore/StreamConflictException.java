package dev.varve.eventstore;

/** A stream was not at the version the writer had seen. Nothing was written. */
public final class StreamConflictException extends RuntimeException {

    private final String streamId;
    private final long expected;
    private final long actual;

    StreamConflictException(String streamId, long expected, long actual) {
        super("stream '%s' was expected at version %d and is at version %d".formatted(streamId, expected, actual));
        this.streamId = streamId;
        this.expected = expected;
        this.actual = actual;
    }

    public String streamId() {
        return streamId;
    }

    /** The version the writer had seen; -1 for a stream that was to be new. */
    public long expected() {
        return expected;
    }

    /** The version the stream has; -1 when there is no such stream. */
    public long actual() {
        return actual;
    }
}
