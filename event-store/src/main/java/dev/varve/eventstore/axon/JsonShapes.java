package dev.varve.eventstore.axon;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.axonframework.serialization.jackson3.Jackson3SerializerCustomizer;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DatabindContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.DefaultBaseTypeLimitingValidator;
import tools.jackson.databind.jsontype.PolymorphicTypeValidator;
import tools.jackson.databind.module.SimpleModule;

/**
 * How stored JSON looks: a record of the single component {@code value} is that value, and is also read where it was
 * written as an object; times are ISO-8601, what a reader does not know is ignored; Axon's tokens, which carry class
 * names, may be read back.
 */
public final class JsonShapes implements Jackson3SerializerCustomizer {

    public static final JsonShapes INSTANCE = with(List.of());

    private final PolymorphicTypeValidator named;

    private JsonShapes(List<String> packages) {
        this.named = new NamedClasses(packages);
    }

    /**
     * For an application whose classes may be named where any object may be, as in the context of a reset.
     *
     * @param packages what is in or below them
     */
    public static JsonShapes with(List<String> packages) {
        return new JsonShapes(packages);
    }

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
                .polymorphicTypeValidator(named)
                .annotationIntrospector(
                        AnnotationIntrospector.pair(new JacksonAnnotationIntrospector(), new ValueRecords()));
    }

    /** A mapper of these shapes and nothing else. */
    public JsonMapper mapper() {
        JsonMapper.Builder builder = JsonMapper.builder();
        accept(builder);
        return builder.build();
    }

    /**
     * Which classes stored JSON may name: where a type says what can be there whatever Jackson allows, and in the place of any
     * object those of Axon's tokens, of plain values, and of the application.
     */
    private static final class NamedClasses extends DefaultBaseTypeLimitingValidator {

        private static final long serialVersionUID = 1;

        private static final Set<String> NUMBERS =
                Set.of("java.lang.Byte", "java.lang.Short", "java.lang.Long", "java.lang.Float");
        private static final List<String> VALUES =
                List.of("org.axonframework.", "java.util.", "java.time.", "java.math.");

        private final List<String> prefixes;

        NamedClasses(List<String> packages) {
            this.prefixes = Stream.concat(VALUES.stream(), packages.stream().map(name -> name + '.'))
                    .toList();
        }

        @Override
        public Validity validateBaseType(DatabindContext context, JavaType base) {
            return Validity.INDETERMINATE;
        }

        @Override
        public Validity validateSubClassName(DatabindContext context, JavaType base, String name) {
            if (!isUnsafeBaseType(context, base)) {
                return Validity.ALLOWED;
            }
            boolean known = NUMBERS.contains(name) || prefixes.stream().anyMatch(name::startsWith);
            return known ? Validity.ALLOWED : Validity.DENIED;
        }
    }
}
