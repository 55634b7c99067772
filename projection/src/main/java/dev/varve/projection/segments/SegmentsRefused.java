package dev.varve.projection.segments;

/** Segments that cannot be cut or joined as they are; the message says why. */
public final class SegmentsRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean unknown;

    private SegmentsRefused(boolean unknown, String message) {
        super(message);
        this.unknown = unknown;
    }

    static SegmentsRefused unknown(String message) {
        return new SegmentsRefused(true, message);
    }

    static SegmentsRefused notNow(String message) {
        return new SegmentsRefused(false, message);
    }

    /** Whether there is no such projection or segment. */
    public boolean isUnknown() {
        return unknown;
    }
}
