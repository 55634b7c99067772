package dev.varve.projection.replay;

import org.jspecify.annotations.Nullable;

/** A replay that cannot be had as things stand; the message says why and what to do instead. */
public final class ReplayRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final @Nullable String field;

    public ReplayRefused(Reason reason, String message) {
        super(message);
        this.reason = reason;
        this.field = null;
    }

    private ReplayRefused(String field, String message) {
        super("%s %s".formatted(field, message));
        this.reason = Reason.MALFORMED;
        this.field = field;
    }

    /** @param message what the field must be, to be read after its name */
    static ReplayRefused malformed(String field, String message) {
        return new ReplayRefused(field, message);
    }

    /** What of the request it is about; null when that is not one part of it. */
    public @Nullable String field() {
        return field;
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
        IMPOSSIBLE,
        /** A part of the request is nothing that can be read. */
        MALFORMED
    }
}
