package dev.varve.eventstore.axon;

import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import tools.jackson.databind.ObjectReader;

/** JSON by Jackson 3, under the stable name of a class where it has one. */
public final class NamedEventSerializer extends Jackson3Serializer {

    private final EventTypeRegistry registry;

    /** @param builder holds how JSON is written; see {@link JsonShapes} */
    public NamedEventSerializer(EventTypeRegistry registry, Builder builder) {
        super(builder);
        this.registry = registry;
    }

    /** The serializer as this library sets it up. */
    public static NamedEventSerializer of(EventTypeRegistry registry) {
        return new NamedEventSerializer(
                registry, Jackson3Serializer.builder().jsonMapperBuilderCustomizer(JsonShapes.INSTANCE));
    }

    // Axon declares the raw type.
    @Override
    @SuppressWarnings("rawtypes")
    public SerializedType typeForClass(Class type) {
        if (type == null) {
            return super.typeForClass(null);
        }
        return registry.of(type)
                .<SerializedType>map(event -> new SimpleSerializedType(event.name(), String.valueOf(event.revision())))
                .orElseGet(() -> super.typeForClass(type));
    }

    @Override
    protected String resolveClassName(SerializedType serializedType) {
        return registry.named(serializedType.getName())
                .map(event -> event.type().getName())
                .orElseGet(() -> super.resolveClassName(serializedType));
    }

    /** Made visible to those who read payloads without Axon's messages around them. */
    @Override
    protected ObjectReader getReader(Class<?> type) {
        return super.getReader(type);
    }
}
