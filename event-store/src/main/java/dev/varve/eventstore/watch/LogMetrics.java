package dev.varve.eventstore.watch;

import dev.varve.eventstore.Appended;
import dev.varve.eventstore.LogMonitor;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.eventstore.RecordedEvent;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Meters and spans of the log, all below {@code varve.event-store}.
 *
 * <p>An append or a load is a span only inside another one, because one of its own for each of tens of thousands a second would tell
 * nobody anything; a batch always is one. Tags have few values; none names a stream.
 */
public final class LogMetrics implements MeterBinder {

    private static final String PREFIX = "varve.event-store.";
    private static final Duration[] LATENCIES = {
        Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25),
        Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofSeconds(1),
                Duration.ofSeconds(10)
    };

    private final PostgresEventLog eventLog;
    private final LogSignals signals;
    private final Watchdog watchdog;
    private final Supplier<ObservationRegistry> observations;

    /** @param observations asked when the first meter is bound */
    public LogMetrics(
            PostgresEventLog eventLog,
            LogSignals signals,
            Watchdog watchdog,
            Supplier<ObservationRegistry> observations) {
        this.eventLog = eventLog;
        this.signals = signals;
        this.watchdog = watchdog;
        this.observations = observations;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(PREFIX + "log.position", signals, LogSignals::knownHead)
                .description("Highest position this node has written or read")
                .register(registry);
        Gauge.builder(PREFIX + "queue.depth", eventLog, PostgresEventLog::queueDepth)
                .description("Appends that wait for the writer of this node")
                .register(registry);
        FunctionCounter.builder(PREFIX + "conflicts", signals, LogSignals::conflicts)
                .description("Appends refused because the stream had moved")
                .register(registry);
        FunctionCounter.builder(PREFIX + "appends.joined", signals, LogSignals::joinedAppends)
                .description("Appends inside a caller's transaction, which holds the log's lock until it ends")
                .register(registry);
        TimeGauge.builder(
                        PREFIX + "wait.longest",
                        watchdog,
                        TimeUnit.MILLISECONDS,
                        dog -> dog.longest().toMillis())
                .description("How long the oldest append or batch of this node has waited by now")
                .register(registry);
        for (LogWait.Cause cause : LogWait.Cause.values()) {
            FunctionCounter.builder(PREFIX + "waits", watchdog, dog -> dog.episodes(cause))
                    .tag("cause", cause.name().toLowerCase(Locale.ROOT))
                    .description("Times for which appends waited longer than varve.event-store.slow-after")
                    .register(registry);
        }
        signals.measuredBy(new Monitor(registry, observations.get()));
    }

    private static final class Monitor implements LogMonitor {

        private final ObservationRegistry observations;
        private final Timer owned;
        private final Timer joined;
        private final Timer load;
        private final DistributionSummary batchSize;

        Monitor(MeterRegistry registry, ObservationRegistry observations) {
            this.observations = observations;
            this.owned = appends("false").register(registry);
            this.joined = appends("true").register(registry);
            this.load = Timer.builder(PREFIX + "load")
                    .description("From a caller's wish for a stream until its events are there")
                    .serviceLevelObjectives(LATENCIES)
                    .register(registry);
            this.batchSize = DistributionSummary.builder(PREFIX + "batch.size")
                    .description("Appends that one statement wrote")
                    .serviceLevelObjectives(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000)
                    .register(registry);
        }

        private static Timer.Builder appends(String joined) {
            return Timer.builder(PREFIX + "append")
                    .description(
                            "From a caller's append until it is durable, or, joined, until it is part of the transaction")
                    .tag("joined", joined)
                    .serviceLevelObjectives(LATENCIES);
        }

        @Override
        public Appended append(boolean joins, Supplier<Appended> append) {
            long started = System.nanoTime();
            try {
                return observations.getCurrentObservation() == null ? append.get() : traced(joins, append);
            } finally {
                (joins ? joined : owned).record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
            }
        }

        private Appended traced(boolean joins, Supplier<Appended> append) {
            return Observation.createNotStarted(PREFIX + "append.traced", observations)
                    .contextualName("append events")
                    .lowCardinalityKeyValue("joined", String.valueOf(joins))
                    .observe(append);
        }

        @Override
        public void batch(int appends, Runnable write) {
            batchSize.record(appends);
            Observation.createNotStarted(PREFIX + "batch", observations)
                    .contextualName("append batch")
                    .highCardinalityKeyValue("appends", String.valueOf(appends))
                    .observe(write);
        }

        @Override
        public List<RecordedEvent> load(Supplier<List<RecordedEvent>> wanted) {
            long started = System.nanoTime();
            try {
                return observations.getCurrentObservation() == null
                        ? wanted.get()
                        : Observation.createNotStarted(PREFIX + "load.traced", observations)
                                .contextualName("load stream")
                                .observe(wanted);
            } finally {
                load.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
            }
        }
    }
}
