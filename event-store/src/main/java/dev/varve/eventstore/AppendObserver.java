package dev.varve.eventstore;

/** Hears what the log writes, for wake-ups and metrics. Must be quick and must not throw. */
interface AppendObserver {

    /** Highest position this node knows to be there; 0 at first. */
    long knownHead();

    /**
     * A batch of this node is durable.
     *
     * @param head highest position it holds, 0 if nothing of it was written
     */
    void batchWritten(int appends, long head, long nanos);

    /** Runs what the writer sends for so many callers. */
    void aroundBatch(int appends, Runnable write);

    /** An append joined a transaction of the caller's. */
    void joined();

    /** A stream was not where a writer expected it. */
    void conflict();
}
