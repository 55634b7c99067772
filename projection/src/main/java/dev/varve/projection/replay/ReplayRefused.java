package dev.varve.projection.replay;

/** A replay that cannot be had as things stand; the message says why and what to do instead. */
public final class ReplayRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public ReplayRefused(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Why, for a caller that answers with a status. */
    public enum Reason {
        /** There is no such projection or replay. */
        UNKNOWN,
        /** One of the projection is under way, or it is in a state in which this means nothing. */
        NOT_NOW,
        /** It can never be done like this. */
        IMPOSSIBLE
    }
}
