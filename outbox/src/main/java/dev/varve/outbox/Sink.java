package dev.varve.outbox;

import java.util.concurrent.CompletionStage;

/**
 * Where a subscription's messages go. One instance serves one subscription on one node, from {@link SinkFactory#open}
 * to {@link #close}.
 *
 * <p>All methods are called by one thread. What comes later, retries included, is the relay's concern: a sink tries
 * once, says what happened and remembers nothing. A message whose answer is not known is answered as {@link
 * Delivery.Unavailable}; the consumer may then see it twice.
 */
public interface Sink extends AutoCloseable {

    /**
     * Hands over one message, and must not wait for the consumer: the answer comes with the stage, from any thread.
     *
     * <p>Until the stage is complete no other message of the same key is handed over, unless {@link #inFlightPerKey}
     * says otherwise. An exception, thrown or in the stage, counts as {@link Delivery.Unavailable}.
     */
    CompletionStage<Delivery> deliver(Message message);

    /** No further message is at hand, so whatever the sink gathers into batches should go out now. */
    default void flush() {}

    /**
     * How many messages of one key may be on their way at once. More than one is right only for a sink that keeps
     * their order by itself: when one of them is not delivered, those of its key that were handed over after it must not
     * be delivered either, but answered in the same way.
     */
    default int inFlightPerKey() {
        return 1;
    }

    /** Gives back what it holds; deliveries that are still on their way may be abandoned. */
    @Override
    void close();
}
