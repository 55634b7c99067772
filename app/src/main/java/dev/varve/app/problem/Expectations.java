package dev.varve.app.problem;

import dev.varve.command.IfMatch;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** Says in words what a type expects, as the client of a JSON API sees it. */
final class Expectations {

    private static final Map<Class<?>, String> WORDS = Map.ofEntries(
            Map.entry(boolean.class, "must be true or false"),
            Map.entry(Boolean.class, "must be true or false"),
            Map.entry(int.class, whole(Integer.MIN_VALUE, Integer.MAX_VALUE)),
            Map.entry(Integer.class, whole(Integer.MIN_VALUE, Integer.MAX_VALUE)),
            Map.entry(short.class, whole(Short.MIN_VALUE, Short.MAX_VALUE)),
            Map.entry(Short.class, whole(Short.MIN_VALUE, Short.MAX_VALUE)),
            Map.entry(long.class, whole(Long.MIN_VALUE, Long.MAX_VALUE)),
            Map.entry(Long.class, whole(Long.MIN_VALUE, Long.MAX_VALUE)),
            Map.entry(float.class, "must be a number"),
            Map.entry(double.class, "must be a number"),
            Map.entry(String.class, "must be a text"),
            Map.entry(UUID.class, "must be a UUID"),
            Map.entry(Instant.class, "must be an instant such as \"2026-05-20T11:19:00Z\""),
            Map.entry(OffsetDateTime.class, "must be a time such as \"2026-05-20T13:19:00+02:00\""),
            Map.entry(ZonedDateTime.class, "must be a time such as \"2026-05-20T13:19:00+02:00\""),
            Map.entry(LocalDate.class, "must be a date such as \"2026-05-20\""),
            Map.entry(LocalTime.class, "must be a time of day such as \"13:19:00\""),
            Map.entry(Duration.class, "must be a duration such as \"PT15M\""),
            Map.entry(IfMatch.class, "must be the ETag of an answer, quotes and all"));

    private Expectations() {}

    static String of(Class<?> type) {
        String words = WORDS.get(type);
        if (words != null) {
            return words;
        }
        if (type.isEnum()) {
            return "must be one of " + allowed(type);
        }
        if (Number.class.isAssignableFrom(type)) {
            return "must be a number";
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "must be a list";
        }
        // A record around one value is written as that value: an id is a text.
        RecordComponent[] components = type.getRecordComponents();
        if (components != null && components.length == 1 && "value".equals(components[0].getName())) {
            return of(components[0].getType());
        }
        return "must be an object";
    }

    private static String allowed(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> JsonMapper.shared().convertValue(constant, String.class))
                .collect(Collectors.joining(", "));
    }

    private static String whole(long least, long most) {
        return "must be a whole number between " + least + " and " + most;
    }
}
