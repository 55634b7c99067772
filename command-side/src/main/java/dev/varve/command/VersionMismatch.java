package dev.varve.command;

/**
 * The sender built on a version of a stream that is not the current one, and nothing was written; over HTTP a 412.
 *
 * <p>Unlike a lost race, which is tried again, this says that the sender has to look first.
 */
public final class VersionMismatch extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String stream;
    private final long expected;
    private final long actual;

    /** @param actual the current version; -1 when the stream does not exist */
    public VersionMismatch(String stream, long expected, long actual) {
        // No stack trace: that others were faster is not a defect.
        super(
                "stream %s was expected at version %d and is at version %d".formatted(stream, expected, actual),
                null,
                false,
                false);
        this.stream = stream;
        this.expected = expected;
        this.actual = actual;
    }

    public String stream() {
        return stream;
    }

    public long expected() {
        return expected;
    }

    public long actual() {
        return actual;
    }
}
