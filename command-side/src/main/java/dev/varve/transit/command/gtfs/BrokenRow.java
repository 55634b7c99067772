package dev.varve.transit.command.gtfs;

/** A row that cannot be used; with the reason. It is reported and skipped. */
final class BrokenRow extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    BrokenRow(String reason) {
        // No stack trace: a feed may hold thousands of these, and each names its place.
        super(reason, null, false, false);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
