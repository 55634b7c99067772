package dev.varve.projection.rebuild;

/** A rebuild cannot go on, now or later, for a reason that an operator understands. */
final class RebuildImpossible extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RebuildImpossible(String message) {
        super(message);
    }
}
