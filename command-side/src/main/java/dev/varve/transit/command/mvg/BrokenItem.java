package dev.varve.transit.command.mvg;

/** An item of a foreign answer that cannot be used; the reason names the field by its path. */
final class BrokenItem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    BrokenItem(String path, String problem) {
        super(path + ": " + problem);
        this.reason = path + ": " + problem;
    }

    String reason() {
        return reason;
    }
}
