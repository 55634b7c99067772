package dev.varve.eventstore.axon;

import dev.varve.eventstore.EventFilter;
import dev.varve.eventstore.RecordedEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventUtils;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedMetaData;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;

/**
 * Makes events of rows by the same serializer and upcasters as a processor, without a message around each: for whoever
 * goes through millions of them. A row in its type's present shape is read by Jackson at once.
 */
public final class EventDecoder {

    private final Serializer serializer;
    private final EventTypeRegistry registry;
    private final EventUpcaster upcasters;
    private final boolean upcasting;
    private final ConcurrentMap<String, Optional<Direct>> direct = new ConcurrentHashMap<>();

    public EventDecoder(Serializer serializer, EventTypeRegistry registry, EventUpcaster upcasters) {
        this.serializer = serializer;
        this.registry = registry;
        this.upcasters = upcasters;
        this.upcasting = changesStreams(upcasters);
    }

    /** A chain of no upcasters gives back the very stream that it was given. */
    @SuppressWarnings("ReferenceEquality")
    static boolean changesStreams(EventUpcaster upcasters) {
        Stream<IntermediateEventRepresentation> nothing = Stream.empty();
        return upcasters.upcast(nothing) != nothing;
    }

    /** What has to be read so that no event of these classes is missed. */
    public EventFilter filterFor(Collection<Class<?>> wanted) {
        if (!upcasting) {
            return new EventFilter.OfTypes(wanted.stream()
                    .map(type -> serializer.typeForClass(type).getName())
                    .toList());
        }
        // A row in a present shape is no upcaster's business, whatever else may become something wanted.
        List<String> unwanted = new ArrayList<>();
        for (RegisteredEvent event : registry.all()) {
            if (!wanted.contains(event.type())) {
                unwanted.add(event.name() + ' ' + event.revision());
            }
        }
        return new EventFilter.AllBut(unwanted);
    }

    /**
     * Hands on what the row stands for: one event, or after upcasting none or several; unwanted classes are not decoded.
     *
     * @throws SerializationException if its payload cannot be read
     */
    public void decode(RecordedEvent row, Predicate<Class<?>> wanted, Consumer<DecodedEvent> to) {
        Direct known = direct.computeIfAbsent(row.type(), this::direct).orElse(null);
        if (known != null && (!upcasting || known.revision().equals(row.revision()))) {
            if (wanted.test(known.type())) {
                to.accept(new DecodedEvent(row, known.payload(row), () -> metadata(row)));
            }
            return;
        }
        EventUtils.upcastAndDeserializeTrackedEvents(
                        Stream.of(EventRows.toTrackedEventData(row)), serializer, upcasters)
                .filter(message -> message instanceof DomainEventMessage<?> && wanted.test(message.getPayloadType()))
                .forEach(message -> to.accept(new DecodedEvent(row, message.getPayload(), message::getMetaData)));
    }

    private Map<String, ?> metadata(RecordedEvent row) {
        MetaData metadata = serializer.deserialize(new SerializedMetaData<>(row.metadata(), byte[].class));
        return metadata == null ? Map.of() : metadata;
    }

    private Optional<Direct> direct(String name) {
        return serializer instanceof NamedEventSerializer named
                ? registry.named(name)
                        .map(event -> new Direct(
                                event.type(), String.valueOf(event.revision()), named.getReader(event.type())))
                : Optional.empty();
    }

    /** How rows of one type are read without a detour. */
    private record Direct(Class<?> type, String revision, ObjectReader reader) {

        Object payload(RecordedEvent row) {
            try {
                return reader.readValue(row.payload());
            } catch (JacksonException e) {
                throw new SerializationException("Error while deserializing object", e);
            }
        }
    }
}
