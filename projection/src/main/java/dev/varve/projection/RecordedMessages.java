package dev.varve.projection;

import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.serialization.SerializationException;

/** Makes recorded events of Axon's messages. */
public final class RecordedMessages {

    private RecordedMessages() {}

    /** The event of the log that a message carries, with its payload as a projection wants it, or without any that can be read. */
    public static <E> RecordedEvent<E> recorded(EventMessage<?> message, Class<E> type) {
        if (!(message instanceof TrackedEventMessage<?> tracked)
                || !(message instanceof DomainEventMessage<?> ofStream)) {
            throw new IllegalStateException("not an event of the log: " + message.getIdentifier());
        }
        long position = tracked.trackingToken()
                .position()
                .orElseThrow(() -> new IllegalStateException("the event store gives no positions: "
                        + tracked.trackingToken().getClass()));
        try {
            return new RecordedEvent<>(
                    position,
                    message.getIdentifier(),
                    ofStream.getAggregateIdentifier(),
                    ofStream.getSequenceNumber(),
                    message.getTimestamp(),
                    new LazyMetadata(message::getMetaData),
                    type.cast(message.getPayload()));
        } catch (SerializationException e) {
            return RecordedEvent.unreadable(
                    position,
                    message.getIdentifier(),
                    ofStream.getAggregateIdentifier(),
                    ofStream.getSequenceNumber(),
                    message.getTimestamp(),
                    e);
        }
    }
}
