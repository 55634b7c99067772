package dev.varve.outbox.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What would break others between two schemas of the same version of a message.
 *
 * <p>A consumer reads old messages with the new schema, in a replay, and new ones with the old. So what was promised stays
 * promised, and nothing is required that old messages may lack.
 */
public final class SchemaChanges {

    private static final Set<String> WORDS = Set.of("title", "description", "$schema", "$id");

    private SchemaChanges() {}

    /** One sentence each; empty when nobody is broken. */
    public static List<String> breaking(JsonNode before, JsonNode after) {
        List<String> found = new ArrayList<>();
        compare("", before, after, found);
        return found;
    }

    private static void compare(String place, JsonNode before, JsonNode after, List<String> found) {
        JsonNode oldProperties = before.path("properties");
        JsonNode newProperties = after.path("properties");
        for (String name : oldProperties.propertyNames()) {
            String where = place + name;
            if (!newProperties.has(name)) {
                found.add("'%s' was removed or renamed".formatted(where));
            } else {
                compare(where + ".", oldProperties.path(name), newProperties.path(name), found);
            }
        }
        Set<String> oldRequired = names(before.path("required"));
        Set<String> newRequired = names(after.path("required"));
        newRequired.stream()
                .filter(name -> !oldRequired.contains(name))
                .forEach(name -> found.add("'%s' is newly required".formatted(place + name)));
        oldRequired.stream()
                .filter(name -> !newRequired.contains(name) && newProperties.has(name))
                .forEach(name -> found.add("'%s' is not required any more".formatted(place + name)));
        if (before.has("items") && after.has("items")) {
            compare(place + "[].", before.path("items"), after.path("items"), found);
        }
        compareTypes(place, before, after, found);
    }

    private static void compareTypes(String place, JsonNode before, JsonNode after, List<String> found) {
        Set<String> keywords = new TreeSet<>(before.propertyNames());
        keywords.addAll(after.propertyNames());
        keywords.removeAll(WORDS);
        keywords.removeAll(Set.of("properties", "required", "items"));
        for (String keyword : keywords) {
            if (!before.path(keyword).equals(after.path(keyword))) {
                String name = place.isEmpty() ? "the message" : "'" + place.substring(0, place.length() - 1) + "'";
                found.add("%s has another %s: %s became %s"
                        .formatted(name, keyword, said(before.path(keyword)), said(after.path(keyword))));
            }
        }
    }

    private static String said(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.toString();
    }

    private static Set<String> names(JsonNode required) {
        Set<String> names = new TreeSet<>();
        required.forEach(name -> names.add(name.asString()));
        return names;
    }
}
