package dev.varve.eventstore.axon;

import java.util.ArrayList;
import java.util.List;
import org.axonframework.eventsourcing.eventstore.EventStoreException;

/**
 * Carries out many commands at once: for imports, which would wait for each of them otherwise.
 *
 * <p>Commands for one aggregate come in the order of the list, each to what those before it made of the aggregate. A
 * command that is rejected writes nothing and keeps no other from writing.
 */
@FunctionalInterface
public interface CommandBatches {

    /**
     * What became of each, in the order of the commands, once the events of all are durable.
     *
     * @throws EventStoreException if the log would not or could not; some of the commands may have been carried out
     */
    List<Answer> dispatch(List<?> commands);

    /** What became of one command. */
    sealed interface Answer {

        /**
         * It was carried out.
         *
         * @param events how many it wrote
         */
        record Done(int events) implements Answer {}

        /**
         * It wrote nothing.
         *
         * @param cause what its handler threw
         */
        record Failed(RuntimeException cause) implements Answer {}
    }

    /** No batches: each command is dispatched when the one before it is done. */
    static CommandBatches oneByOne(CommandDispatcher dispatcher) {
        return commands -> {
            List<Answer> answers = new ArrayList<>(commands.size());
            for (Object command : commands) {
                answers.add(answer(dispatcher, command));
            }
            return answers;
        };
    }

    private static Answer answer(CommandDispatcher dispatcher, Object command) {
        try {
            return new Answer.Done(dispatcher.dispatch(command).events());
        } catch (EventStoreException e) {
            throw e;
        } catch (RuntimeException e) {
            return new Answer.Failed(e);
        }
    }
}
