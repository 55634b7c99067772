package dev.varve.outbox;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How subscriptions are doing, as meters. What stands in the database is reported by every node alike, so that it is
 * there when no node delivers: take the highest. What was done is counted by the node that did it: take the sum.
 */
public final class OutboxMetrics implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OutboxMetrics.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Subscriptions subscriptions;
    private final Relay relay;
    private final MeterRegistry registry;
    private final Clock clock;
    private final MultiGauge behind;
    private final MultiGauge oldest;
    private final MultiGauge parkedKeys;
    private final MultiGauge parkedMessages;
    private final MultiGauge troubled;
    private final Set<String> counted = new HashSet<>();
    private final ScheduledExecutorService schedule;

    /** Does nothing before {@link #start}. */
    public OutboxMetrics(Subscriptions subscriptions, Relay relay, MeterRegistry registry, Clock clock) {
        this.subscriptions = subscriptions;
        this.relay = relay;
        this.registry = registry;
        this.clock = clock;
        this.behind = gauge("varve.outbox.behind", "Messages after the checkpoint", "messages");
        this.oldest =
                gauge("varve.outbox.oldest.undelivered", "Age of the first message after the checkpoint", "seconds");
        this.parkedKeys = gauge("varve.outbox.parked.keys", "Keys that wait for an operator", "keys");
        this.parkedMessages = gauge("varve.outbox.parked.messages", "Messages that wait for an operator", "messages");
        this.troubled =
                gauge("varve.outbox.troubled", "1 while nothing goes out because of the sink, or it is paused", null);
        this.schedule = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("varve-outbox-metrics").factory());
    }

    private MultiGauge gauge(String name, String description, @Nullable String unit) {
        return MultiGauge.builder(name).description(description).baseUnit(unit).register(registry);
    }

    /** Looks now and then every few seconds, until closed. */
    public void start() {
        Gauge.builder("varve.outbox.delivering", relay, Relay::delivering)
                .description("Subscriptions that this node delivers")
                .register(registry);
        // Never fails: look() says what went wrong and looks again.
        ScheduledFuture<?> unused =
                schedule.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            List<SubscriptionStatus> all = subscriptions.all();
            Instant now = clock.instant();
            show(behind, all, SubscriptionStatus::behind);
            show(oldest, all, status -> age(status, now));
            show(parkedKeys, all, SubscriptionStatus::parkedKeys);
            show(parkedMessages, all, SubscriptionStatus::parkedMessages);
            show(troubled, all, status -> status.paused() || status.trouble() != null ? 1 : 0);
            all.stream().map(SubscriptionStatus::name).filter(counted::add).forEach(this::count);
        } catch (OutboxException e) {
            log.warn("the state of subscriptions could not be read reason={}", e.getMessage());
        }
    }

    private static double age(SubscriptionStatus status, Instant now) {
        Instant first = status.oldestUndelivered();
        return first == null ? 0 : Math.max(0, Duration.between(first, now).toMillis() / 1000.0);
    }

    private static void show(
            MultiGauge gauge, List<SubscriptionStatus> all, ToDoubleFunction<SubscriptionStatus> value) {
        gauge.register(
                all.stream()
                        .map(status -> Row.of(Tags.of("subscription", status.name()), value.applyAsDouble(status)))
                        .toList(),
                true);
    }

    private void count(String subscription) {
        RelayCounts counts = relay.counts(subscription);
        counter("delivered", "Messages that a sink took", subscription, counts, done -> done.delivered);
        counter(
                "refused",
                "Messages that a sink refused, after all attempts",
                subscription,
                counts,
                done -> done.refused);
        counter("parked", "Messages that were parked", subscription, counts, done -> done.parked);
        counter("skipped", "Messages that were skipped by policy", subscription, counts, done -> done.skipped);
        counter("replayed", "Messages that were sent again", subscription, counts, done -> done.replayed);
    }

    private void counter(
            String what,
            String description,
            String subscription,
            RelayCounts counts,
            Function<RelayCounts, LongAdder> adder) {
        FunctionCounter.builder(
                        "varve.outbox." + what,
                        counts,
                        done -> adder.apply(done).sum())
                .description(description)
                .tag("subscription", subscription)
                .register(registry);
    }

    @Override
    public void close() {
        schedule.shutdownNow();
    }
}
