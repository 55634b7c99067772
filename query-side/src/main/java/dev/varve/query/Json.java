package dev.varve.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jooq.JSON;
import org.jooq.JSONB;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Documents in columns of read models: the same value always gives the same text, and absent is not written. */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(
                    always -> JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    private Json() {}

    public static JSONB binary(Object value) {
        return JSONB.valueOf(MAPPER.writeValueAsString(value));
    }

    /** Keeps the order of what it is given. */
    public static JSON text(Object value) {
        return JSON.valueOf(MAPPER.writeValueAsString(value));
    }

    public static <T> T read(JSONB document, TypeReference<T> type) {
        return MAPPER.readValue(document.data(), type);
    }

    public static <T> T read(JSON document, TypeReference<T> type) {
        return MAPPER.readValue(document.data(), type);
    }
}
