package dev.varve.outbox.contract;

import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** JSON Schema (draft 2020-12) of messages, made from their records. What is not {@code @Nullable} is required. */
public final class MessageSchemas {

    private final SchemaGenerator generator;

    public MessageSchemas() {
        SchemaGeneratorConfigBuilder builder =
                new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON);
        builder.with(
                Option.EXTRA_OPEN_API_FORMAT_VALUES,
                Option.INLINE_ALL_SCHEMAS,
                Option.FLATTENED_ENUMS,
                Option.STANDARD_FORMATS);
        builder.forFields()
                .withRequiredCheck(
                        field -> !field.getRawMember().getAnnotatedType().isAnnotationPresent(Nullable.class));
        this.generator = new SchemaGenerator(builder.build());
    }

    public ObjectNode of(MessageContract contract) {
        ObjectNode schema = generator.generateSchema(contract.payload());
        schema.put("title", contract.type());
        schema.put("description", contract.description());
        return schema;
    }
}
