package dev.varve.projection.rebuild;

/** Another node has taken the rebuild over; nothing of this one's is committed any more. */
final class LeaseLost extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LeaseLost(long rebuild) {
        super("another node works on rebuild " + rebuild + " now");
    }
}
