package dev.varve.outbox;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who gets messages.
 *
 * @param name lower case letters, digits and hyphens; at most 60
 * @param sink the {@link SinkFactory#kind kind} of its sink
 * @param settings of the sink, without those that are secret
 * @param secrets of the sink
 * @param filter which messages it wants
 * @param policy what happens to a message that is refused
 */
public record Subscription(
        String name,
        String sink,
        Map<String, String> settings,
        Map<String, String> secrets,
        SubscriptionFilter filter,
        FailurePolicy policy) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,59}");

    public Subscription {
        if (!isName(name)) {
            throw new IllegalArgumentException(wrongName(name));
        }
        settings = Map.copyOf(settings);
        secrets = Map.copyOf(secrets);
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    static String wrongName(String name) {
        return "name is '%s', and must be 1 to 60 lower case letters, digits and hyphens, and no hyphen first"
                .formatted(name);
    }

    /**
     * The settings, secret ones among them, that its sink has after a change.
     *
     * @param kind of the sink then: another one takes no settings over
     * @param changes are added to those that are there, and null takes one away
     */
    public Map<String, String> settingsAfter(String kind, Map<String, @Nullable String> changes) {
        Map<String, String> after = new HashMap<>();
        if (kind.equals(sink)) {
            after.putAll(settings);
            after.putAll(secrets);
        }
        changes.forEach((setting, value) -> {
            if (value == null) {
                after.remove(setting);
            } else {
                after.put(setting, value);
            }
        });
        return after;
    }

    /** What its sink is opened with, secrets among them. */
    SinkSettings sinkSettings() {
        return new SinkSettings(name, settingsAfter(sink, Map.of()));
    }

    /** Without the settings, some of which are secret. */
    @Override
    public String toString() {
        return "subscription " + name + " to " + sink;
    }
}
