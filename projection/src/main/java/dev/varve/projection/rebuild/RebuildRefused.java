package dev.varve.projection.rebuild;

/** What an operator asked for cannot be done as things stand; the message says why. */
public final class RebuildRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public RebuildRefused(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Why, for a caller that answers with a status. */
    public enum Reason {
        /** There is no such projection or rebuild. */
        UNKNOWN,
        /** A rebuild of the projection is under way. */
        UNDER_WAY,
        /** The rebuild is in a state in which this means nothing. */
        NOT_NOW
    }
}
