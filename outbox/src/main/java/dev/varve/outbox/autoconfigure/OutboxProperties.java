package dev.varve.outbox.autoconfigure;

import dev.varve.outbox.Backoff;
import dev.varve.outbox.FailurePolicy;
import dev.varve.outbox.FailurePolicy.OnRefusal;
import dev.varve.outbox.RelaySettings;
import dev.varve.outbox.Sinks;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.Subscription;
import dev.varve.outbox.SubscriptionFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the outbox. None can be changed while it runs; subscriptions that operators make can.
 *
 * @param enabled whether events get public messages, and this node delivers; off, nothing is written to the outbox
 * @param relay whether this node delivers; messages are written all the same
 * @param lease after which a silent node's subscriptions are taken over; shorter heals faster and asks more of the clock
 * @param checkpointInterval between two writes of a checkpoint; after a crash what was delivered since comes again
 * @param inFlight messages of one subscription that may be under way to its sink at once
 * @param windowMessages messages of one subscription in memory, under way or waiting for others of their key
 * @param windowSize payload of one subscription in memory
 * @param deliveryTimeout after which a hand-over without an answer counts as an outage of the sink
 * @param drainTimeout how long answers are waited for when this node stops
 * @param maxPollInterval how long an idle node waits before it asks for messages of other nodes
 * @param refusalBackoff first wait before a refused message is tried again; doubles each time, less up to a quarter by chance
 * @param maxRefusalBackoff longest of these
 * @param outageBackoff first wait while a sink is not available; doubles each time, less up to a quarter by chance
 * @param maxOutageBackoff longest of these
 * @param connections of the pool that all subscriptions of this node together use at once, so that many of them do not
 *     keep commands waiting; one more renews leases, and one reads
 * @param retention messages older than this are dropped, a partition at a time, once every subscription is past them
 * @param subscriptions by name, the same on all nodes; made when missing, changed when they differ, never removed by
 *     leaving them out. Operators can pause and resume them, which lasts, and change or remove them once they are left out
 */
@ConfigurationProperties("varve.outbox")
public record OutboxProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("true") boolean relay,
        @DefaultValue("2s") Duration lease,
        @DefaultValue("250ms") Duration checkpointInterval,
        @DefaultValue("5000") int inFlight,
        @DefaultValue("10000") int windowMessages,
        @DefaultValue("64MB") DataSize windowSize,
        @DefaultValue("60s") Duration deliveryTimeout,
        @DefaultValue("10s") Duration drainTimeout,
        @DefaultValue("100ms") Duration maxPollInterval,
        @DefaultValue("200ms") Duration refusalBackoff,
        @DefaultValue("10s") Duration maxRefusalBackoff,
        @DefaultValue("100ms") Duration outageBackoff,
        @DefaultValue("30s") Duration maxOutageBackoff,
        @DefaultValue("4") int connections,
        @DefaultValue("7d") Duration retention,
        @DefaultValue Map<String, SubscriptionProperties> subscriptions) {

    public OutboxProperties {
        subscriptions = Map.copyOf(subscriptions);
        List<String> violations = new ArrayList<>();
        atLeast(violations, "lease", lease, Duration.ofMillis(500));
        atLeast(violations, "checkpoint-interval", checkpointInterval, Duration.ofMillis(10));
        atLeast(violations, "delivery-timeout", deliveryTimeout, Duration.ofMillis(100));
        atLeast(violations, "drain-timeout", drainTimeout, Duration.ZERO);
        atLeast(violations, "max-poll-interval", maxPollInterval, Duration.ofMillis(2));
        atLeast(violations, "refusal-backoff", refusalBackoff, Duration.ofMillis(1));
        atLeast(violations, "max-refusal-backoff", maxRefusalBackoff, refusalBackoff);
        atLeast(violations, "outage-backoff", outageBackoff, Duration.ofMillis(1));
        atLeast(violations, "max-outage-backoff", maxOutageBackoff, outageBackoff);
        atLeast(violations, "retention", retention, Duration.ZERO);
        atLeast(violations, "connections", connections, 1);
        atLeast(violations, "in-flight", inFlight, 1);
        atLeast(violations, "window-messages", windowMessages, inFlight);
        atLeast(violations, "window-size", windowSize.toBytes(), 1024);
        if (!violations.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", violations));
        }
    }

    private static void atLeast(List<String> violations, String name, Duration value, Duration bound) {
        if (value.compareTo(bound) < 0) {
            violations.add("varve.outbox.%s is %s, and must be at least %s".formatted(name, value, bound));
        }
    }

    private static void atLeast(List<String> violations, String name, long value, long bound) {
        if (value < bound) {
            violations.add("varve.outbox.%s is %d, and must be at least %d".formatted(name, value, bound));
        }
    }

    RelaySettings relaySettings(DoubleSupplier chance) {
        return new RelaySettings(
                lease,
                checkpointInterval,
                inFlight,
                windowMessages,
                windowSize.toBytes(),
                deliveryTimeout,
                drainTimeout,
                new Backoff(refusalBackoff, maxRefusalBackoff, chance),
                new Backoff(outageBackoff, maxOutageBackoff, chance),
                connections);
    }

    /**
     * A subscription that is always there.
     *
     * @param sink kind of its sink
     * @param settings of the sink, by name
     * @param types types it wants; empty: all
     * @param contexts contexts it wants; empty: all
     * @param start where it begins when it is made: beginning, now, a position or an instant
     * @param onRefusal what happens to a message that is refused: park, block or skip
     * @param attempts how often a message is tried before
     */
    public record SubscriptionProperties(
            @DefaultValue("") String sink,
            @DefaultValue Map<String, String> settings,
            @DefaultValue Set<String> types,
            @DefaultValue Set<String> contexts,
            @DefaultValue("now") String start,
            @DefaultValue("park") OnRefusal onRefusal,
            @DefaultValue("5") int attempts) {

        public SubscriptionProperties {
            settings = Map.copyOf(settings);
            types = Set.copyOf(types);
            contexts = Set.copyOf(contexts);
        }

        Subscription as(String name, Sinks sinks) {
            return sinks.subscription(
                    name,
                    sink,
                    settings,
                    new SubscriptionFilter(types, contexts),
                    new FailurePolicy(onRefusal, attempts));
        }

        StartPosition from() {
            return StartPosition.parse("start", start);
        }
    }
}
