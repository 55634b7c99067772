package dev.varve.outbox;

import java.util.Optional;

/**
 * A sink that keeps the subscription's checkpoint itself, in the same transaction as the messages, so that consumers
 * see each message exactly once even when a node dies.
 *
 * <p>The relay hands over a page of messages, waits for their answers, and calls {@link #commit}. When that is not {@link Delivery.Delivered}, everything since
 * the last commit is void: the relay closes the sink, opens another one, asks it where it stands and goes on from there.
 */
public interface CheckpointingSink extends Sink {

    /**
     * What it keeps.
     *
     * @param position up to which everything was handed over, parked or skipped
     * @param read the newest message that had been read then, if known: another one there, or none, tells that the outbox is
     *     not the one that the position counts for, as when a standby took over that had not received all of it
     */
    record Checkpoint(long position, Optional<Place> read) {}

    /**
     * Its last commit; empty when it never committed for this subscription. Called once, before the first
     * message, and must shut out (fence) whoever had the subscription before.
     */
    Optional<Checkpoint> checkpoint();

    /** Makes everything handed over since the last commit visible, together with the checkpoint. May block. */
    Delivery commit(Checkpoint checkpoint);
}
