package dev.varve.app.web;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.node.ObjectNode;

/**
 * Describes JSON under the names that it has. The describing library reads annotations of an older Jackson than the one
 * that writes our JSON, and so does not know that a type is in snake_case, nor that one is any JSON.
 */
@Component
@SuppressWarnings("rawtypes") // as the library declares it
final class DescribedNames implements ModelConverter {

    private static final SnakeCase SNAKE_CASE = new SnakeCase();

    @Override
    public @Nullable Schema resolve(AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Class<?> java = Json.mapper().constructType(type.getType()).getRawClass();
        if (JsonNode.class.isAssignableFrom(java)) {
            return ObjectNode.class.isAssignableFrom(java) ? new ObjectSchema() : new Schema<>();
        }
        if (!chain.hasNext()) {
            return null;
        }
        Schema<?> resolved = chain.next().resolve(type, context, chain);
        if (resolved != null && isSnakeCase(java)) {
            rename(described(resolved, context.getDefinedModels()));
        }
        return resolved;
    }

    private static boolean isSnakeCase(Class<?> java) {
        JsonNaming naming = java.getAnnotation(JsonNaming.class);
        return naming != null && naming.value() == SnakeCaseStrategy.class;
    }

    /** Itself, or what it refers to. */
    private static Schema<?> described(Schema<?> resolved, Map<String, Schema> models) {
        String reference = resolved.get$ref();
        Schema<?> model = reference == null ? null : models.get(reference.substring(reference.lastIndexOf('/') + 1));
        return model == null ? resolved : model;
    }

    /** Names that are in snake_case already stay, so that a type may be met twice. */
    private static void rename(Schema<?> schema) {
        if (schema.getProperties() != null) {
            Map<String, Schema> renamed = new LinkedHashMap<>();
            schema.getProperties().forEach((name, property) -> renamed.put(SNAKE_CASE.of(name), property));
            schema.setProperties(renamed);
        }
        List<String> required = schema.getRequired();
        if (required != null) {
            schema.setRequired(required.stream().map(SNAKE_CASE::of).toList());
        }
    }

    /** Opens the one method that turns a name over, which is for subclasses only. */
    private static final class SnakeCase extends SnakeCaseStrategy {

        String of(String name) {
            return translate(name);
        }
    }
}
