package dev.varve.outbox;

import java.time.Duration;

/** What became of one hand-over of a message to a sink. */
public sealed interface Delivery {

    /** The one instance that is needed. */
    Delivered DELIVERED = new Delivered();

    /** The consumer has it, durably. */
    record Delivered() implements Delivery {}

    /**
     * The consumer will not take this message; others it may take. Counts as an attempt, after the last of which the
     * subscription's failure policy decides.
     *
     * @param reason for an operator to read and to group by: no payload, no secret, nothing that differs from message to
     *     message
     */
    record Refused(String reason) implements Delivery {}

    /**
     * The consumer asks to go slower. Counts no attempt; nothing is handed over before the time is up.
     *
     * @param retryAfter at least this long
     */
    record Throttled(Duration retryAfter) implements Delivery {}

    /**
     * The consumer cannot be reached, or is broken as a whole. Counts no attempt; the subscription pauses, longer each
     * time, and tries again.
     *
     * @param reason for an operator to read: no payload, no secret
     */
    record Unavailable(String reason) implements Delivery {}
}
