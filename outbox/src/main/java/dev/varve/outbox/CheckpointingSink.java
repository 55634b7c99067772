package dev.varve.outbox;

import java.util.OptionalLong;

/**
 * A sink that keeps the subscription's checkpoint itself, in the same transaction as the messages, so that consumers
 * see each message exactly once even when a node dies.
 *
 * <p>The relay hands over a page of messages, waits for their answers, and calls {@link #commit} with the position up
 * to which everything was handed over, parked or skipped. When that is not {@link Delivery.Delivered}, everything since
 * the last commit is void: the relay closes the sink, opens another one, asks it where it stands and goes on from there.
 */
public interface CheckpointingSink extends Sink {

    /**
     * Where its last commit stands; empty when it never committed for this subscription. Called once, before the first
     * message, and must shut out (fence) whoever had the subscription before.
     */
    OptionalLong checkpoint();

    /** Makes everything handed over since the last commit visible, together with the position. May block. */
    Delivery commit(long position);
}
