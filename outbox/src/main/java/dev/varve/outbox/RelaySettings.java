package dev.varve.outbox;

import java.time.Duration;

/**
 * How a relay works.
 *
 * @param lease after which a silent node's subscriptions may be taken over by another
 * @param saveInterval between two writes of a checkpoint
 * @param inFlight messages of one subscription that may be under way to its sink
 * @param windowMessages messages of one subscription that may be in memory, under way or waiting
 * @param windowBytes payload of one subscription that may be in memory
 * @param deliveryTimeout after which a hand-over without an answer counts as an outage of the sink
 * @param drainTimeout how long answers are waited for when a subscription is handed over
 * @param refusal waits between attempts of a message that was refused
 * @param outage waits while a sink is not available
 * @param connections of the pool that all subscriptions of this node together use at once
 */
public record RelaySettings(
        Duration lease,
        Duration saveInterval,
        int inFlight,
        int windowMessages,
        long windowBytes,
        Duration deliveryTimeout,
        Duration drainTimeout,
        Backoff refusal,
        Backoff outage,
        int connections) {

    /** What fits most. */
    public static final RelaySettings DEFAULT = new RelaySettings(
            Duration.ofSeconds(2),
            Duration.ofMillis(250),
            5_000,
            10_000,
            64L << 20,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10)),
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30)),
            4);

    /** Four more chances to renew before the lease runs out. */
    Duration renewInterval() {
        return lease.dividedBy(5);
    }
}
