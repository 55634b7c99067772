package dev.varve.eventstore.axon;

import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.NewMessage;
import dev.varve.eventstore.RecordedEvent;
import java.time.Instant;
import java.util.List;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventData;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedDomainEventData;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.serialization.SerializedMetaData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.SimpleSerializedType;
import org.jspecify.annotations.Nullable;

/** Turns Axon's messages into rows of the log and back; payloads stay bytes until somebody asks for them. */
final class EventRows {

    private EventRows() {}

    static NewEvent toRow(EventMessage<?> message, Serializer serializer, List<NewMessage> outgoing) {
        SerializedObject<byte[]> payload = message.serializePayload(serializer, byte[].class);
        SerializedObject<byte[]> metadata = message.serializeMetaData(serializer, byte[].class);
        boolean inStream = message instanceof DomainEventMessage<?> event && event.getType() != null;
        DomainEventMessage<?> event = message instanceof DomainEventMessage<?> domainEvent ? domainEvent : null;
        return new NewEvent(
                message.getIdentifier(),
                inStream && event != null ? event.getType() : null,
                event != null ? event.getAggregateIdentifier() : message.getIdentifier(),
                event != null ? event.getSequenceNumber() : 0,
                payload.getType().getName(),
                payload.getType().getRevision(),
                message.getTimestamp(),
                payload.getData(),
                metadata.getData(),
                outgoing);
    }

    /** Bytes it takes in memory, roughly: its JSON, and an allowance for the rest. */
    static long bytes(RecordedEvent row) {
        return 500L + row.payload().length + row.metadata().length;
    }

    static DomainEventData<byte[]> toDomainEventData(RecordedEvent row) {
        return new InStream(row);
    }

    static TrackedEventData<byte[]> toTrackedEventData(RecordedEvent row) {
        TrackingToken token = new GlobalSequenceTrackingToken(row.position());
        return row.streamType() == null
                ? new OfNoStream(row, token)
                : new TrackedDomainEventData<>(token, new InStream(row));
    }

    /** What every row has, in Axon's words. */
    private interface Row extends EventData<byte[]> {

        RecordedEvent row();

        @Override
        default String getEventIdentifier() {
            return row().eventId();
        }

        @Override
        default Instant getTimestamp() {
            return row().recordedAt();
        }

        @Override
        default SerializedObject<byte[]> getPayload() {
            return new SimpleSerializedObject<>(
                    row().payload(), byte[].class, new SimpleSerializedType(row().type(), row().revision()));
        }

        @Override
        default SerializedObject<byte[]> getMetaData() {
            return new SerializedMetaData<>(row().metadata(), byte[].class);
        }
    }

    private record OfNoStream(RecordedEvent row, TrackingToken trackingToken)
            implements Row, TrackedEventData<byte[]> {}

    private record InStream(RecordedEvent row) implements Row, DomainEventData<byte[]> {

        @Override
        public @Nullable String getType() {
            return row.streamType();
        }

        @Override
        public String getAggregateIdentifier() {
            return row.streamId();
        }

        @Override
        public long getSequenceNumber() {
            return row.version();
        }
    }
}
