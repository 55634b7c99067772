package dev.varve.transit.command.mvg;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.DoubleStream;

/**
 * What the predecessor counted, under its names and labels, so that its dashboards and alerts keep working.
 *
 * <p>Micrometer's {@code bahnvision.cache.events} is Prometheus' {@code bahnvision_cache_events_total}, its timer
 * {@code bahnvision.cache.refresh} is {@code bahnvision_cache_refresh_seconds} with the buckets the predecessor had.
 */
final class MvgMetrics {

    /** The default buckets of Python's prometheus-client, in milliseconds. */
    private static final Duration[] BUCKETS = DoubleStream.of(
                    5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000)
            .mapToObj(millis -> Duration.ofMillis((long) millis))
            .toArray(Duration[]::new);

    private final MeterRegistry registry;

    MvgMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void cacheEvent(String cache, String event) {
        Counter.builder("bahnvision.cache.events")
                .description("Cache operations")
                .tag("cache", cache)
                .tag("event", event)
                .register(registry)
                .increment();
    }

    void cacheRefreshed(String cache, long nanos) {
        Timer.builder("bahnvision.cache.refresh")
                .description("Latency of cache refresh operations")
                .tag("cache", cache)
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(Duration.ofNanos(nanos));
    }

    /** One request to MVG; the result is success, not_found or error. */
    void request(String endpoint, String result, long nanos) {
        Counter.builder("bahnvision.mvg.requests")
                .description("Requests to MVG")
                .tag("endpoint", endpoint)
                .tag("result", result)
                .register(registry)
                .increment();
        Timer.builder("bahnvision.mvg.request")
                .description("Latency of requests to MVG")
                .tag("endpoint", endpoint)
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(Duration.ofNanos(nanos));
    }

    /** One request to MVG for a single means of transport; the result is success, bad_request, timeout or error. */
    void transportRequest(String endpoint, MvgTransportType type, String result) {
        Counter.builder("bahnvision.mvg.transport.requests")
                .description("Requests to MVG for a single means of transport")
                .tag("endpoint", endpoint)
                .tag("transport_type", type.name())
                .tag("result", result)
                .register(registry)
                .increment();
    }
}
