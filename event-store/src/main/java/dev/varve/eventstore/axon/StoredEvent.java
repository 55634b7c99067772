package dev.varve.eventstore.axon;

import dev.varve.eventstore.RecordedEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.GenericTrackedDomainEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.SimpleSerializedType;
import org.jspecify.annotations.Nullable;

/** An event of a stream as Axon sees it; its JSON is read once, by the first who asks. */
// Axon declares messages serializable, which these never need to be.
@SuppressWarnings("serial")
final class StoredEvent implements DomainEventMessage<Object> {

    private final RecordedEvent row;
    private final StoredType type;
    private volatile @Nullable Object payload;
    private volatile @Nullable MetaData metadata;

    StoredEvent(RecordedEvent row, StoredType type) {
        this.row = row;
        this.type = type;
    }

    @Override
    public String getIdentifier() {
        return row.eventId();
    }

    @Override
    public Instant getTimestamp() {
        return row.recordedAt();
    }

    @Override
    public String getType() {
        return Objects.requireNonNull(row.streamType(), "events of no stream are not read as of one");
    }

    @Override
    public String getAggregateIdentifier() {
        return row.streamId();
    }

    @Override
    public long getSequenceNumber() {
        return row.version();
    }

    @Override
    public Object getPayload() {
        Object known = payload;
        if (known == null) {
            known = type.payload(row);
            payload = known;
        }
        return known;
    }

    /** As it is stored, so that what cannot be decoded can be kept as a dead letter. */
    @Override
    public <R> SerializedObject<R> serializePayload(Serializer as, Class<R> representation) {
        return as instanceof NamedEventSerializer && representation == byte[].class
                ? new SimpleSerializedObject<>(
                        representation.cast(row.payload()),
                        representation,
                        new SimpleSerializedType(row.type(), row.revision()))
                : as.serialize(getPayload(), representation);
    }

    @Override
    @SuppressWarnings("unchecked") // the payload is an instance of it, whatever it is
    public Class<Object> getPayloadType() {
        return (Class<Object>) type.type();
    }

    @Override
    public MetaData getMetaData() {
        MetaData known = metadata;
        if (known == null) {
            known = type.metadata(row);
            metadata = known;
        }
        return known;
    }

    @Override
    public DomainEventMessage<Object> withMetaData(Map<String, ?> other) {
        return new GenericDomainEventMessage<>(
                getType(),
                getAggregateIdentifier(),
                getSequenceNumber(),
                getPayload(),
                other,
                getIdentifier(),
                getTimestamp());
    }

    @Override
    public DomainEventMessage<Object> andMetaData(Map<String, ?> more) {
        return withMetaData(getMetaData().mergedWith(more));
    }

    /**
     * For a processor, with its place in the log; what was decoded is shared with all that come of it. Of Axon's own class,
     * because its dead-letter queue on JPA keeps no other.
     */
    static TrackedEventMessage<Object> tracked(RecordedEvent row, StoredType type) {
        return new GenericTrackedDomainEventMessage<>(
                new GlobalSequenceTrackingToken(row.position()), new StoredEvent(row, type));
    }
}
