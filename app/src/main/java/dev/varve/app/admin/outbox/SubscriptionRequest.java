package dev.varve.app.admin.outbox;

import dev.varve.outbox.FailurePolicy;
import dev.varve.outbox.FailurePolicy.OnRefusal;
import dev.varve.outbox.Sinks;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.Subscription;
import dev.varve.outbox.SubscriptionFilter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to make, or the parts of one to change; what is left out is as by default, or stays.
 *
 * @param sink kind of its sink, such as {@code webhook}
 * @param settings of the sink; in a change, added to those that are there
 * @param start beginning, now, a position or an instant
 * @param onRefusal park, block or skip
 * @param paused only in a change
 */
record SubscriptionRequest(
        @Nullable String name,
        @Nullable String sink,
        @Nullable Map<String, String> settings,
        @Nullable Set<String> types,
        @Nullable Set<String> contexts,
        @Nullable String start,
        @Nullable String onRefusal,
        @Nullable Integer attempts,
        @Nullable Boolean paused,
        @Nullable String reason) {

    Subscription make(Sinks sinks) {
        return sinks.subscription(
                required("name", name),
                required("sink", sink),
                settings == null ? Map.of() : settings,
                filter(SubscriptionFilter.EVERYTHING),
                policy(FailurePolicy.DEFAULT));
    }

    StartPosition from() {
        return start == null ? new StartPosition.Now() : StartPosition.parse(start);
    }

    boolean changesMoreThanPause() {
        return sink != null
                || settings != null
                || types != null
                || contexts != null
                || onRefusal != null
                || attempts != null;
    }

    Subscription change(Subscription known, Sinks sinks) {
        Map<String, String> all = new HashMap<>();
        if (sink == null || sink.equals(known.sink())) {
            all.putAll(known.settings());
            all.putAll(known.secrets());
        }
        if (settings != null) {
            all.putAll(settings);
        }
        return sinks.subscription(
                known.name(), sink == null ? known.sink() : sink, all, filter(known.filter()), policy(known.policy()));
    }

    private SubscriptionFilter filter(SubscriptionFilter otherwise) {
        return new SubscriptionFilter(
                types == null ? otherwise.types() : types, contexts == null ? otherwise.contexts() : contexts);
    }

    private FailurePolicy policy(FailurePolicy otherwise) {
        return new FailurePolicy(
                onRefusal == null ? otherwise.onRefusal() : onRefusal(onRefusal),
                attempts == null ? otherwise.attempts() : attempts);
    }

    private static OnRefusal onRefusal(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "park", "block", "skip" -> OnRefusal.valueOf(word.toUpperCase(Locale.ROOT));
            default -> throw new IllegalArgumentException("onRefusal must be park, block or skip");
        };
    }

    private static String required(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }
}
