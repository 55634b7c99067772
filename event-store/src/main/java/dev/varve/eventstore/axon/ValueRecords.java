package dev.varve.eventstore.axon;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TreeNode;
import tools.jackson.core.Version;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;
import tools.jackson.databind.util.TokenBuffer;

/** Lets a record around one value be written as that value; its constructor takes it back. */
final class ValueRecords extends NopAnnotationIntrospector {

    private static final String VALUE = "value";

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    public @Nullable Boolean hasAsValue(MapperConfig<?> config, Annotated annotated) {
        boolean accessor = annotated instanceof AnnotatedMethod method
                && method.getParameterCount() == 0
                && method.getName().equals(VALUE)
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
                && components[0].getName().equals(VALUE);
    }

    /**
     * Reads such a record also where it is an object with that one field, as it was written before an application had this
     * library. Where the value itself may be such an object, an object is the value.
     */
    static final class Reading extends ValueDeserializerModifier {

        private static final long serialVersionUID = 1;

        @Override
        public ValueDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription.Supplier bean, ValueDeserializer<?> deserializer) {
            return isValueRecord(bean.getBeanClass()) ? new EitherForm(deserializer) : deserializer;
        }
    }

    private static final class EitherForm extends DelegatingDeserializer {

        private boolean unambiguous;

        EitherForm(ValueDeserializer<?> asValue) {
            super(asValue);
        }

        private EitherForm(ValueDeserializer<?> asValue, boolean unambiguous) {
            super(asValue);
            this.unambiguous = unambiguous;
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> asValue) {
            return new EitherForm(asValue, unambiguous);
        }

        @Override
        public void resolve(DeserializationContext context) {
            super.resolve(context);
            Class<?> held = handledType();
            Set<Class<?>> around = new HashSet<>();
            while (isValueRecord(held) && around.add(held)) {
                held = held.getRecordComponents()[0].getType();
            }
            JavaType type = context.constructType(held);
            unambiguous = held != Object.class
                    && !Map.class.isAssignableFrom(held)
                    && !TreeNode.class.isAssignableFrom(held)
                    && context.introspectBeanDescription(type).findProperties().stream()
                            .noneMatch(property -> property.getName().equals(VALUE));
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
            // Whoever delegates to this one may have gone into the object already.
            boolean object = parser.hasToken(JsonToken.START_OBJECT) || parser.hasToken(JsonToken.PROPERTY_NAME);
            if (!unambiguous || !object) {
                return super.deserialize(parser, context);
            }
            TokenBuffer read = context.bufferForInputBuffering(parser).deserialize(parser, context);
            JsonParser value = read.asParserOnFirstToken(context);
            if (!isAllThereIs(read.asParserOnFirstToken(context))) {
                return super.deserialize(value, context);
            }
            value.nextToken();
            return value.nextToken() == JsonToken.VALUE_NULL ? null : super.deserialize(value, context);
        }

        private static boolean isAllThereIs(JsonParser object) {
            if (!VALUE.equals(object.nextName())) {
                return false;
            }
            object.nextToken();
            object.skipChildren();
            return object.nextToken() == JsonToken.END_OBJECT;
        }
    }
}
