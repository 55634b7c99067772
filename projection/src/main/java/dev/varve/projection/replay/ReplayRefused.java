package dev.varve.projection.replay;

import org.jspecify.annotations.Nullable;

/** A replay that cannot be had as things stand; the message says why and what to do instead. */
public final class ReplayRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final @Nullable String field;
    private final @Nullable String expectation;

    public ReplayRefused(Reason reason, String message) {
        super(message);
        this.reason = reason;
        this.field = null;
        this.expectation = null;
    }

    private ReplayRefused(String field, String expectation) {
        super("%s %s".formatted(field, expectation));
        this.reason = Reason.MALFORMED;
        this.field = field;
        this.expectation = expectation;
    }

    /** @param expectation what the field must be, to be read after its name */
    static ReplayRefused malformed(String field, String expectation) {
        return new ReplayRefused(field, expectation);
    }

    /** What of the request it is about; null when that is not one part of it. */
    public @Nullable String field() {
        return field;
    }

    /** What that part must be, to be read after its name; null when it is not about one. */
    public @Nullable String expectation() {
        return expectation;
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
