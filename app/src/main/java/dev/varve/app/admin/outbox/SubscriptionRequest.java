package dev.varve.app.admin.outbox;

import dev.varve.app.admin.OperatorReason;
import dev.varve.outbox.FailurePolicy;
import dev.varve.outbox.FailurePolicy.OnRefusal;
import dev.varve.outbox.Sinks;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.Subscription;
import dev.varve.outbox.SubscriptionFilter;
import jakarta.validation.constraints.Size;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to make, or the parts of one to change; what is left out is as by default, or stays.
 *
 * @param sink kind of its sink, such as {@code webhook}
 * @param settings of the sink; in a change, added to those that are there, and null takes one away
 * @param start beginning, now, a position or an instant
 * @param onRefusal park, block or skip
 * @param paused only in a change
 * @param reason why, for the record of operators' actions
 */
record SubscriptionRequest(
        @Nullable @Size(max = 200) String name,
        @Nullable @Size(max = 200) String sink,
        @Nullable Map<String, @Nullable String> settings,
        @Nullable Set<@Nullable String> types,
        @Nullable Set<@Nullable String> contexts,
        @Nullable String start,
        @Nullable String onRefusal,
        @Nullable Integer attempts,
        @Nullable Boolean paused,
        @Nullable @OperatorReason String reason) {

    /** A subscription that is valid, and where it begins. */
    record Wanted(Subscription subscription, StartPosition start) {}

    Wanted make(Sinks sinks) {
        Parts parts = new Parts();
        String called = parts.required("name", name);
        String kind = parts.required("sink", sink);
        if (paused != null) {
            parts.wrong("paused", "not-allowed", "belongs to a change: a subscription begins at once");
        }
        StartPosition from = parts.read("start", start, new StartPosition.Now(), StartPosition::of);
        FailurePolicy policy = policy(parts, FailurePolicy.DEFAULT);
        Map<String, String> given = new HashMap<>();
        changedSettings().forEach((setting, value) -> {
            if (value != null) {
                given.put(setting, value);
            }
        });
        return new Wanted(
                subscription(sinks, parts, called, kind, given, filter(parts, SubscriptionFilter.EVERYTHING), policy),
                from);
    }

    boolean changesMoreThanPause() {
        return sink != null
                || settings != null
                || types != null
                || contexts != null
                || onRefusal != null
                || attempts != null;
    }

    /** What it becomes; everything that is wrong with it is told at once. */
    Subscription change(Subscription known, Sinks sinks) {
        String kind = sink == null ? known.sink() : sink;
        Map<String, String> all = known.settingsAfter(kind, changedSettings());
        Parts parts = new Parts();
        FailurePolicy policy = policy(parts, known.policy());
        return subscription(sinks, parts, known.name(), kind, all, filter(parts, known.filter()), policy);
    }

    private static Subscription subscription(
            Sinks sinks,
            Parts parts,
            String name,
            String kind,
            Map<String, String> settings,
            SubscriptionFilter filter,
            FailurePolicy policy) {
        sinks.violations(name, kind, settings).forEach(violation -> parts.wrong(violation.part(), violation.message()));
        parts.end();
        return sinks.subscription(name, kind, settings, filter, policy);
    }

    private Map<String, @Nullable String> changedSettings() {
        return settings == null ? Map.of() : settings;
    }

    private SubscriptionFilter filter(Parts parts, SubscriptionFilter otherwise) {
        return new SubscriptionFilter(
                parts.read("types", types, otherwise.types(), SubscriptionRequest::names),
                parts.read("contexts", contexts, otherwise.contexts(), SubscriptionRequest::names));
    }

    private static Set<String> names(Set<@Nullable String> given) {
        Set<String> names = new HashSet<>();
        for (@Nullable String name : given) {
            if (name == null || name.isBlank()) {
                throw new IllegalArgumentException("must be names, and none of them empty");
            }
            names.add(name);
        }
        return names;
    }

    private FailurePolicy policy(Parts parts, FailurePolicy otherwise) {
        OnRefusal then = parts.read("onRefusal", onRefusal, otherwise.onRefusal(), SubscriptionRequest::onRefusal);
        FailurePolicy policy = new FailurePolicy(then, otherwise.attempts());
        return parts.read("attempts", attempts, policy, number -> new FailurePolicy(then, number));
    }

    private static OnRefusal onRefusal(String word) {
        return switch (word) {
            case "park", "block", "skip" -> OnRefusal.valueOf(word.toUpperCase(Locale.ROOT));
            default -> throw new IllegalArgumentException("must be park, block or skip");
        };
    }
}
