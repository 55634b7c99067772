package dev.varve.transit.command.mvg;

import dev.varve.command.Bounds;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One JSON object of a foreign answer, read field by field.
 *
 * <p>Fields that nobody asks for are ignored, absent and null fields are the same, and a field that cannot be used is a
 * {@link BrokenItem} that names it by its path.
 *
 * @param path where the object stands in the answer, for example {@code [3].infos[0]}
 */
record JsonItem(String path, JsonNode node) {

    // MVG writes epoch milliseconds; seconds read as milliseconds fall into 1970.
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    JsonItem {
        if (!node.isObject()) {
            throw new BrokenItem(path, "expected an object, found " + kindOf(node));
        }
    }

    String text(String name) {
        String text = optionalText(name);
        if (text == null || text.isBlank()) {
            throw new BrokenItem(at(name), "is missing or empty");
        }
        return text;
    }

    /** The text of a string or a number: MVG writes a platform either way. */
    @Nullable String optionalText(String name) {
        JsonNode value = valueOf(name);
        return value == null ? null : textOf(at(name), value);
    }

    /** As {@link #optionalText}, but an empty text is none. */
    @Nullable String textOrNull(String name) {
        String text = optionalText(name);
        return text == null || text.isBlank() ? null : text;
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(optionalFlag(name));
    }

    @Nullable Boolean optionalFlag(String name) {
        JsonNode value = valueOf(name);
        if (value == null) {
            return null;
        }
        if (!value.isBoolean()) {
            throw new BrokenItem(at(name), "expected true or false, found " + kindOf(value));
        }
        return value.booleanValue();
    }

    @Nullable Integer optionalInt(String name) {
        JsonNode value = valueOf(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new BrokenItem(at(name), "expected a whole number of 32 bits, found " + shown(value));
        }
        return value.intValue();
    }

    @Nullable Double optionalNumber(String name) {
        JsonNode value = valueOf(name);
        if (value == null) {
            return null;
        }
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw new BrokenItem(at(name), "expected a number, found " + shown(value));
        }
        return value.doubleValue();
    }

    double number(String name) {
        Double value = optionalNumber(name);
        if (value == null) {
            throw new BrokenItem(at(name), "is missing");
        }
        return value;
    }

    Instant epochMillis(String name) {
        Instant instant = optionalEpochMillis(name);
        if (instant == null) {
            throw new BrokenItem(at(name), "is missing");
        }
        return instant;
    }

    @Nullable Instant optionalEpochMillis(String name) {
        JsonNode value = valueOf(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new BrokenItem(at(name), "expected epoch milliseconds, found " + shown(value));
        }
        return plausible(name, Instant.ofEpochMilli(value.longValue()));
    }

    /** A time in ISO 8601 with an offset. */
    @Nullable Instant optionalTime(String name) {
        String text = textOrNull(name);
        if (text == null) {
            return null;
        }
        try {
            return plausible(name, OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            throw new BrokenItem(at(name), "expected a time with an offset in ISO 8601, found " + abridged(text));
        }
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        List<JsonNode> elements = elements(name);
        for (int i = 0; i < elements.size(); i++) {
            texts.add(textOf(at(name) + "[" + i + "]", elements.get(i)));
        }
        return List.copyOf(texts);
    }

    List<JsonItem> items(String name) {
        List<JsonItem> items = new ArrayList<>();
        List<JsonNode> elements = elements(name);
        for (int i = 0; i < elements.size(); i++) {
            items.add(new JsonItem(at(name) + "[" + i + "]", elements.get(i)));
        }
        return List.copyOf(items);
    }

    @Nullable JsonItem optionalItem(String name) {
        JsonNode value = valueOf(name);
        return value == null ? null : new JsonItem(at(name), value);
    }

    JsonItem item(String name) {
        JsonItem item = optionalItem(name);
        if (item == null) {
            throw new BrokenItem(at(name), "is missing");
        }
        return item;
    }

    private List<JsonNode> elements(String name) {
        JsonNode value = valueOf(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw new BrokenItem(at(name), "expected a list, found " + kindOf(value));
        }
        return List.copyOf(value.values());
    }

    private @Nullable JsonNode valueOf(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private Instant plausible(String name, Instant instant) {
        if (instant.isBefore(EARLIEST) || !instant.isBefore(LATEST)) {
            throw new BrokenItem(at(name), instant + " is not between the years 2000 and 2199");
        }
        return instant;
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String textOf(String path, JsonNode value) {
        if (!value.isString() && !value.isNumber()) {
            throw new BrokenItem(path, "expected a text, found " + kindOf(value));
        }
        String text = value.asString();
        if (!Bounds.isStorable(text)) {
            throw new BrokenItem(path, "holds a NUL character or half of a surrogate pair");
        }
        return text;
    }

    private static String kindOf(JsonNode value) {
        return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private static String shown(JsonNode value) {
        return value.isValueNode() ? abridged(value.asString()) : kindOf(value);
    }

    private static String abridged(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
