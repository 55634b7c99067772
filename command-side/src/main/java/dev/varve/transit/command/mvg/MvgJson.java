package dev.varve.transit.command.mvg;

import dev.varve.command.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads MVG's JSON with a mapper of its own: a foreign answer may grow fields, which the mapper of our own API refuses.
 */
final class MvgJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final TypeReference<Map<String, @Nullable Object>> MAP = new TypeReference<>() {};

    private MvgJson() {}

    /** What could be read of a list, and why the rest could not. */
    record Items<T>(List<T> read, List<Broken> broken) {
        Items {
            read = List.copyOf(read);
            broken = List.copyOf(broken);
        }
    }

    /**
     * An item that was left out.
     *
     * @param index its place in the list, from 0
     */
    record Broken(int index, String reason) {}

    /**
     * An element of a list in a file.
     *
     * @param line where it begins, from 1
     */
    record Element(int line, JsonNode node) {}

    /**
     * The elements of a file that is one JSON list.
     *
     * @throws JacksonException when it is no JSON
     * @throws BrokenItem when it is no list
     */
    static List<Element> list(byte[] json) {
        List<Element> elements = new ArrayList<>();
        try (JsonParser parser = MAPPER.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new BrokenItem("file", "expected a JSON list");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int line = parser.currentTokenLocation().getLineNr();
                elements.add(new Element(line, parser.readValueAsTree()));
            }
            if (parser.nextToken() != null) {
                throw new BrokenItem("file", "goes on after the end of its list");
            }
        }
        return List.copyOf(elements);
    }

    static JsonNode tree(byte[] json) {
        return MAPPER.readTree(json);
    }

    static List<JsonNode> elements(JsonNode tree) {
        if (!tree.isArray()) {
            throw new BrokenItem(
                    "answer",
                    "expected a list, found " + tree.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        return List.copyOf(tree.values());
    }

    /** Reads every element; one that is broken is left out and said, and the others stand. */
    static <T> Items<T> items(List<JsonNode> elements, Function<JsonItem, T> reader) {
        List<T> read = new ArrayList<>();
        List<Broken> broken = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            try {
                read.add(reader.apply(new JsonItem("[" + i + "]", elements.get(i))));
            } catch (BrokenItem e) {
                broken.add(new Broken(i, e.reason()));
            }
        }
        return new Items<>(read, broken);
    }

    /**
     * The whole object.
     *
     * @throws BrokenItem when a text in it cannot be stored in every read model
     */
    static Map<String, @Nullable Object> asMap(String path, JsonNode object) {
        if (holdsUnstorable(object)) {
            throw new BrokenItem(path, "holds a NUL character or half of a surrogate pair");
        }
        return MAPPER.convertValue(object, MAP);
    }

    private static boolean holdsUnstorable(JsonNode node) {
        if (node.isString()) {
            return !Bounds.isStorable(node.stringValue());
        }
        return node.propertyNames().stream().anyMatch(name -> !Bounds.isStorable(name))
                || node.valueStream().anyMatch(MvgJson::holdsUnstorable);
    }
}
