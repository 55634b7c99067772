package dev.varve.eventstore.axon;

import dev.varve.eventstore.RecordedEvent;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedMetaData;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.UnknownSerializedType;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;

/** How payloads of one stored type are read: its class is looked up once, and Jackson's reader kept. */
record StoredType(Class<?> type, ObjectReader reader, Serializer serializer) {

    Object payload(RecordedEvent row) {
        try {
            return reader.readValue(row.payload());
        } catch (JacksonException e) {
            throw new SerializationException("Error while deserializing object", e);
        }
    }

    MetaData metadata(RecordedEvent row) {
        if (isEmptyObject(row.metadata())) {
            return MetaData.emptyInstance();
        }
        @Nullable MetaData metadata = serializer.deserialize(new SerializedMetaData<>(row.metadata(), byte[].class));
        return metadata == null ? MetaData.emptyInstance() : metadata;
    }

    private static boolean isEmptyObject(byte[] json) {
        return json.length == 2 && json[0] == '{' && json[1] == '}';
    }

    /**
     * The types by their stored names. Empty for a name of which nothing is known here; and for all of them where upcasters
     * see each row first, or another serializer than ours knows what the bytes are.
     */
    static Function<RecordedEvent, Optional<StoredType>> known(Serializer serializer, EventUpcaster upcasters) {
        if (!(serializer instanceof NamedEventSerializer named) || EventDecoder.changesStreams(upcasters)) {
            return row -> Optional.empty();
        }
        ConcurrentMap<String, Optional<StoredType>> byName = new ConcurrentHashMap<>();
        return row -> {
            Optional<StoredType> known = byName.get(row.type());
            return known == null ? byName.computeIfAbsent(row.type(), name -> of(name, named)) : known;
        };
    }

    private static Optional<StoredType> of(String name, NamedEventSerializer serializer) {
        Class<?> type = serializer.classForType(new SimpleSerializedType(name, null));
        return type == UnknownSerializedType.class || type == Void.class
                ? Optional.empty()
                : Optional.of(new StoredType(type, serializer.getReader(type), serializer));
    }
}
