package dev.varve.migrations;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** One object of a living schema that is not what the migrations make of it. */
public sealed interface Drift {

    /** The kind and name of the object, for example {@code index outbox.message_position}. */
    String object();

    /** The migrations make it, and it is not there. */
    record Missing(String object, String expected) implements Drift {}

    /** It is there, and no migration makes it. */
    record Unexpected(String object, String actual) implements Drift {}

    /** It is there, and is defined differently. */
    record Different(String object, String expected, String actual) implements Drift {}

    static List<Drift> between(Map<String, String> expected, Map<String, String> actual) {
        SortedSet<String> objects = new TreeSet<>(expected.keySet());
        objects.addAll(actual.keySet());
        List<Drift> drift = new ArrayList<>();
        for (String object : objects) {
            String wanted = expected.get(object);
            String found = actual.get(object);
            if (found == null && wanted != null) {
                drift.add(new Missing(object, wanted));
            } else if (wanted == null && found != null) {
                drift.add(new Unexpected(object, found));
            } else if (wanted != null && found != null && !wanted.equals(found)) {
                drift.add(new Different(object, wanted, found));
            }
        }
        return List.copyOf(drift);
    }
}
