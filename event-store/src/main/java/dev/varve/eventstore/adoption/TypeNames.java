package dev.varve.eventstore.adoption;

import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.RegisteredEvent;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which stored name each old one, as a rule the name of a Java class, is replaced by. What is not in here keeps its name.
 */
public record TypeNames(Map<String, String> byOldName) {

    public TypeNames {
        byOldName = Map.copyOf(byOldName);
    }

    /** The stable names of registered classes. */
    public static TypeNames of(EventTypeRegistry registry) {
        Map<String, String> names = new TreeMap<>();
        for (RegisteredEvent event : registry.all()) {
            names.put(event.type().getName(), event.name());
        }
        return new TypeNames(names);
    }

    /** These, and in doubt the others. */
    public TypeNames overriddenBy(Map<String, String> others) {
        Map<String, String> names = new TreeMap<>(byOldName);
        names.putAll(others);
        return new TypeNames(names);
    }

    String nameOf(String oldName) {
        return byOldName.getOrDefault(oldName, oldName);
    }

    boolean knows(String oldName) {
        return byOldName.containsKey(oldName);
    }
}
