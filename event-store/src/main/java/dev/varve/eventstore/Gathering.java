package dev.varve.eventstore;

/**
 * How long the writer waits for the callers it has just answered, before it takes the next batch.
 *
 * <p>Callers that append again as soon as they are answered fall into two groups otherwise, each of which waits for the
 * flush of the other: half the rate, and twice the time for each. The wait ends when as many have come as were answered,
 * and 80 us after the answers at the latest, less than a flush takes. Where callers do not come back it is left out.
 *
 * <p>Guarded by the lock of the queue.
 */
final class Gathering {

    static final int BATCHES_WITHOUT = 64;
    private static final long LONGEST_NANOS = 80_000;

    private long arrivals;
    private long awaited;
    private int answered;
    private long deadline;
    private int without;

    void arrived() {
        arrivals++;
    }

    /** To be called before the first of so many callers is answered. */
    void answering(int callers) {
        answered = callers;
        awaited = arrivals + callers;
        deadline = System.nanoTime() + LONGEST_NANOS;
    }

    boolean complete() {
        return arrivals >= awaited;
    }

    /** How long to wait for more; 0 if there is no sense in it. */
    long nanosLeft() {
        return without > 0 || complete() ? 0 : Math.max(0, deadline - System.nanoTime());
    }

    /** To be called when the next batch is taken. */
    void taken() {
        if (without > 0) {
            without--;
        } else if (2 * (awaited - arrivals) > answered) {
            without = BATCHES_WITHOUT;
        }
        cutShort();
    }

    /** To be called instead of {@link #taken} when others made up the batch before. */
    void cutShort() {
        answered = 0;
        awaited = arrivals;
    }
}
