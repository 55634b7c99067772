package dev.varve.projection;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** Values as PostgreSQL reads them from text. */
public final class Literals {

    private Literals() {}

    /** The value as PostgreSQL's input functions take it. */
    public static @Nullable String of(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case JSON json -> json.data();
            case JSONB json -> json.data();
            case Object[] array ->
                Arrays.stream(array).map(Literals::element).collect(Collectors.joining(",", "{", "}"));
            default -> value.toString();
        };
    }

    private static String element(@Nullable Object value) {
        String literal = of(value);
        return literal == null ? "NULL" : '"' + literal.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
