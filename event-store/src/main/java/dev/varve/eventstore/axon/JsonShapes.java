package dev.varve.eventstore.axon;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import org.axonframework.serialization.jackson3.Jackson3SerializerCustomizer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Version;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.module.SimpleModule;

/**
 * How stored JSON looks: a record of the single component {@code value} is that value, times are ISO-8601, what a reader
 * does not know is ignored; Axon's tokens, which carry class names, may be read back.
 */
public final class JsonShapes implements Jackson3SerializerCustomizer {

    public static final JsonShapes INSTANCE = new JsonShapes();

    private JsonShapes() {}

    @Override
    public void accept(JsonMapper.Builder builder) {
        builder.findAndAddModules()
                .addModule(new SimpleModule("varve").addDeserializer(Instant.class, new IsoInstants()))
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

    /** Lets a record around one value be written as that value; its constructor takes it back. */
    private static final class ValueRecords extends NopAnnotationIntrospector {

        @Override
        public Version version() {
            return Version.unknownVersion();
        }

        @Override
        public @Nullable Boolean hasAsValue(MapperConfig<?> config, Annotated annotated) {
            boolean accessor = annotated instanceof AnnotatedMethod method
                    && method.getParameterCount() == 0
                    && method.getName().equals("value")
                    && isValueRecord(method.getDeclaringClass());
            return accessor ? Boolean.TRUE : null;
        }

        @Override
        public JsonCreator.@Nullable Mode findCreatorAnnotation(MapperConfig<?> config, Annotated annotated) {
            boolean constructor = annotated instanceof AnnotatedConstructor candidate
                    && candidate.getParameterCount() == 1
                    && isValueRecord(candidate.getDeclaringClass());
            return constructor ? JsonCreator.Mode.DELEGATING : null;
        }

        private static boolean isValueRecord(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            return components != null
                    && components.length == 1
                    && components[0].getName().equals("value");
        }
    }
}
