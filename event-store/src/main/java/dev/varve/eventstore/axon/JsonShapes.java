package dev.varve.eventstore.axon;

import java.time.Instant;
import org.axonframework.serialization.jackson3.Jackson3SerializerCustomizer;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.module.SimpleModule;

/**
 * How stored JSON looks: a record of the single component {@code value} is that value, and is also read where it was
 * written as an object; times are ISO-8601, what a reader does not know is ignored; Axon's tokens, which carry class
 * names, may be read back.
 */
public final class JsonShapes implements Jackson3SerializerCustomizer {

    public static final JsonShapes INSTANCE = new JsonShapes();

    private JsonShapes() {}

    @Override
    public void accept(JsonMapper.Builder builder) {
        builder.findAndAddModules()
                .addModule(new SimpleModule("varve")
                        .addDeserializer(Instant.class, new IsoInstants())
                        .setDeserializerModifier(new ValueRecords.Reading()))
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder()
                        .allowIfSubType("org.axonframework.")
                        .allowIfSubType("java.util.")
                        .build())
                .annotationIntrospector(
                        AnnotationIntrospector.pair(new JacksonAnnotationIntrospector(), new ValueRecords()));
    }
}
