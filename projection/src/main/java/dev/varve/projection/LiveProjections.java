package dev.varve.projection;

/**
 * The projections of this node. They may stand still while a long run of events is written: to follow it event by event
 * costs more than to read it at once when it is there.
 */
public interface LiveProjections {

    /** Returns when none of them works any more. Other nodes take them up, where there are any. */
    void standStill();

    /** Follows again, from where each was. Does nothing if they do, or if this node runs none. */
    void follow();
}
