package dev.varve.outbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The kinds of sinks that this node knows. */
public final class Sinks {

    private final Map<String, SinkFactory> factories;

    public Sinks(Collection<? extends SinkFactory> factories) {
        this.factories =
                factories.stream().collect(Collectors.toUnmodifiableMap(SinkFactory::kind, factory -> factory));
    }

    public Set<String> kinds() {
        return new TreeSet<>(factories.keySet());
    }

    /** One that says that it is not known, where there is none of the kind. */
    SinkFactory get(String kind) {
        SinkFactory factory = factories.get(kind);
        return factory == null ? new UnknownSink(kind) : factory;
    }

    /**
     * What is wrong with a subscription that somebody wants.
     *
     * @param part {@code name}, {@code sink}, or {@code settings} followed by the setting's name
     * @param message begins with the name of the part or the setting
     */
    public record Violation(String part, String message) {

        private static Violation ofSetting(String message) {
            return new Violation("settings." + message.substring(0, (message + ' ').indexOf(' ')), message);
        }
    }

    /** Everything that is wrong with a name, a kind of sink and its settings; empty when they are fine. */
    public List<Violation> violations(String name, String kind, Map<String, String> settings) {
        List<Violation> found = new ArrayList<>();
        if (!Subscription.isName(name)) {
            found.add(new Violation("name", Subscription.wrongName(name)));
        }
        SinkFactory factory = factories.get(kind);
        if (factory == null) {
            found.add(new Violation("sink", "sink is '%s', and must be one of %s".formatted(kind, kinds())));
            return found;
        }
        factory.violations(new SinkSettings(name, settings)).stream()
                .map(Violation::ofSetting)
                .forEach(found::add);
        settings.keySet().stream()
                .filter(setting -> !factory.knows(setting))
                .sorted()
                .map(setting -> Violation.ofSetting("%s is no setting of a sink of kind %s".formatted(setting, kind)))
                .forEach(found::add);
        return found;
    }

    /**
     * A subscription with its secrets told from its other settings.
     *
     * @throws IllegalArgumentException with everything that is wrong with it
     */
    public Subscription subscription(
            String name, String kind, Map<String, String> settings, SubscriptionFilter filter, FailurePolicy policy) {
        List<Violation> violations = violations(name, kind, settings);
        if (!violations.isEmpty()) {
            throw new IllegalArgumentException(
                    violations.stream().map(Violation::message).collect(Collectors.joining("; ")));
        }
        SinkFactory factory = get(kind);
        Map<String, String> open = new TreeMap<>();
        Map<String, String> secret = new TreeMap<>();
        settings.forEach((key, value) -> (factory.secrets().contains(key) ? secret : open).put(key, value));
        return new Subscription(name, kind, open, secret, filter, policy);
    }
}
