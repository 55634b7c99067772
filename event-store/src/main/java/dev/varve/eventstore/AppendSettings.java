package dev.varve.eventstore;

import java.time.Duration;

/**
 * Bounds of the append queue.
 *
 * @param maxBatchEvents events in one statement
 * @param maxBatchBytes JSON in one statement; a single larger append goes alone
 * @param queueCapacity appends that may wait; the next is refused at once
 * @param queueBytes JSON that may wait
 * @param maxEventBytes payload and metadata of one event, payload of one message
 * @param writers batches that are written at once: while PostgreSQL writes one the next is on its way
 * @param timeout how long a caller waits at most, for an append to be durable and for the answer to a read
 */
public record AppendSettings(
        int maxBatchEvents,
        long maxBatchBytes,
        int queueCapacity,
        long queueBytes,
        int maxEventBytes,
        int writers,
        Duration timeout) {

    public static AppendSettings defaults() {
        return new AppendSettings(1_000, 8 << 20, 10_000, 128 << 20, 4 << 20, 2, Duration.ofSeconds(10));
    }
}
