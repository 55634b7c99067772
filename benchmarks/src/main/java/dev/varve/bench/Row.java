package dev.varve.bench;

/**
 * One line of the table.
 *
 * @param what what was done, with how many callers
 * @param unit of both figures, for example {@code events/s} or {@code ms}
 * @param peer who the peer is; empty where the goal is on our figure alone
 * @param oursFigure the median over the rounds
 * @param peerFigure the median over the rounds; NaN without a peer
 */
record Row(String what, String unit, String peer, double oursFigure, double peerFigure, Goal goal) {

    boolean met() {
        return goal.met(oursFigure, peerFigure);
    }

    double ratio() {
        return oursFigure / peerFigure;
    }
}
