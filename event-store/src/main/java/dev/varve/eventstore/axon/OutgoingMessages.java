package dev.varve.eventstore.axon;

import dev.varve.eventstore.NewMessage;
import java.util.List;
import org.axonframework.eventhandling.EventMessage;

/**
 * What an event means to others. Asked for each event before it is written; the answer is written with it, in one
 * transaction. As a bean it is picked up; without one, nothing goes out.
 */
@FunctionalInterface
public interface OutgoingMessages {

    /** The messages of this event, in order; an exception keeps the event from being written. Must be quick. */
    List<NewMessage> of(EventMessage<?> event);

    /** Nothing is public. */
    static OutgoingMessages none() {
        return event -> List.of();
    }
}
