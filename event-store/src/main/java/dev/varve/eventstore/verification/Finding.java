package dev.varve.eventstore.verification;

/**
 * Something that is not as it must be.
 *
 * @param position where, 0 if it has no place in the log
 * @param rule which rule it breaks
 * @param what the case; names streams and ids, never payloads
 */
public record Finding(long position, Rule rule, String what) {

    /** What is proved. */
    public enum Rule {
        /** Positions follow each other without a gap. */
        DENSE,
        /** {@code latest_recorded_at} is the highest {@code recorded_at} so far. */
        LATEST_RECORDED_AT,
        /** Versions of a stream follow each other in the order of positions. */
        VERSIONS,
        /** Every stream has its row, with its type and first position; every row has its stream. */
        STREAMS,
        /** The events are those over which digests were kept. */
        SEALS,
        /** Command receipts name events that are there. */
        RECEIPTS,
        /** Snapshots belong to events that are there. */
        SNAPSHOTS,
        /** No processor is ahead of the log. */
        CHECKPOINTS,
        /** Messages are dense, and in the order of events that are there. */
        MESSAGES
    }
}
