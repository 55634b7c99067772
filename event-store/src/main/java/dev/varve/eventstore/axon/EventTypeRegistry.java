package dev.varve.eventstore.axon;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Knows which stored name belongs to which class, in both directions.
 *
 * <p>A class that nobody registered is stored under its Java name, as Axon does it; that keeps an application working
 * that comes without names. An application that wants stable names provides one bean of this type.
 */
public final class EventTypeRegistry {

    private static final EventTypeRegistry EMPTY = new EventTypeRegistry(Map.of(), Map.of());

    private final Map<String, RegisteredEvent> byName;
    private final Map<Class<?>, RegisteredEvent> byType;

    private EventTypeRegistry(Map<String, RegisteredEvent> byName, Map<Class<?>, RegisteredEvent> byType) {
        this.byName = byName;
        this.byType = byType;
    }

    /** Nothing registered: every class is stored under its Java name. */
    public static EventTypeRegistry empty() {
        return EMPTY;
    }

    /**
     * A registry of exactly these.
     *
     * @throws IllegalArgumentException when a name or a class occurs twice
     */
    public static EventTypeRegistry of(Collection<RegisteredEvent> events) {
        Map<String, RegisteredEvent> byName = new HashMap<>();
        Map<Class<?>, RegisteredEvent> byType = new HashMap<>();
        for (RegisteredEvent event : events) {
            RegisteredEvent sameName = byName.putIfAbsent(event.name(), event);
            if (sameName != null) {
                throw new IllegalArgumentException("the event name '%s' is claimed by %s and by %s"
                        .formatted(
                                event.name(),
                                sameName.type().getName(),
                                event.type().getName()));
            }
            RegisteredEvent sameType = byType.putIfAbsent(event.type(), event);
            if (sameType != null) {
                throw new IllegalArgumentException("%s is registered as '%s' and as '%s'"
                        .formatted(event.type().getName(), sameType.name(), event.name()));
            }
        }
        return new EventTypeRegistry(Map.copyOf(byName), Map.copyOf(byType));
    }

    /** What a stored name stands for. */
    public Optional<RegisteredEvent> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** How events of a class are stored. */
    public Optional<RegisteredEvent> of(Class<?> type) {
        return Optional.ofNullable(byType.get(type));
    }

    /** Everything registered, in no particular order. */
    public List<RegisteredEvent> all() {
        return List.copyOf(byName.values());
    }
}
