package dev.varve.eventstore.axon;

import java.util.Map;
import org.axonframework.commandhandling.GenericCommandMessage;

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

    /** Metadata of a command message that names it over all its repetitions, for senders that use Axon's gateway. */
    String COMMAND_ID = "commandId";

    /**
     * As {@link #dispatch(Object)}, but carried out once however often it is sent, over nodes and restarts: what wrote
     * events under this id before is not run again, and answers with the first position, no events and no result.
     *
     * <p>Costs one question before and one row with the events, so it is for senders that may have lost an answer. A
     * command that wrote nothing is not remembered. An id is known for {@code
     * varve.event-store.command-receipt-retention} (30 days) after its events were written; sent later than that, the
     * command is carried out once more, so a sender must have stopped repeating by then.
     *
     * @param commandId chosen by the sender, unique among all commands
     */
    default CommandReceipt dispatch(Object command, String commandId) {
        return dispatch(GenericCommandMessage.asCommandMessage(command).andMetaData(Map.of(COMMAND_ID, commandId)));
    }
}
