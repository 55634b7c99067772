package dev.varve.projection.parked;

/** What an operator asked of parked events cannot be done as things stand; the message says why. */
public final class ParkedRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean unknown;

    private ParkedRefused(boolean unknown, String message) {
        super(message);
        this.unknown = unknown;
    }

    static ParkedRefused unknown(String message) {
        return new ParkedRefused(true, message);
    }

    static ParkedRefused notNow(String message) {
        return new ParkedRefused(false, message);
    }

    /** Whether it is not there, rather than not possible. */
    public boolean isUnknown() {
        return unknown;
    }
}
