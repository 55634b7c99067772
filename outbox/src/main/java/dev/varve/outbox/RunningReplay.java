package dev.varve.outbox;

/**
 * A replay as its row stands.
 *
 * @param position everything up to here was sent again, or withheld
 */
record RunningReplay(long id, long position, long to, int perSecond) {}
