package dev.varve.eventstore.axon;

/**
 * Sends a command to its handler and waits until its events are durable.
 *
 * <p>Blocks the calling thread, which is meant to be a virtual one. Whatever the handler threw is thrown here unchanged.
 * A command that lost a race for its stream is tried again a few times; when the race is lost each time, the conflict
 * comes out as Axon's {@code ConcurrencyException}. A stream that was to be new and is there already comes out as {@code
 * AggregateStreamCreationException} at once, unless the handler creates only what it does not find.
 */
public interface CommandDispatcher {

    /**
     * Runs one command to its end.
     *
     * @param command an object whose class a command handler was registered for
     * @return where its events are in the log and in their stream
     */
    CommandReceipt dispatch(Object command);
}
