package dev.varve.outbox;

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
     * A subscription with its secrets told from its other settings.
     *
     * @throws IllegalArgumentException with everything that is wrong with the settings
     */
    public Subscription subscription(
            String name, String kind, Map<String, String> settings, SubscriptionFilter filter, FailurePolicy policy) {
        SinkFactory factory = get(kind);
        List<String> violations = factory.violations(new SinkSettings(name, settings));
        if (!violations.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", violations));
        }
        Map<String, String> open = new TreeMap<>();
        Map<String, String> secret = new TreeMap<>();
        settings.forEach((key, value) -> (factory.secrets().contains(key) ? secret : open).put(key, value));
        return new Subscription(name, kind, open, secret, filter, policy);
    }
}
