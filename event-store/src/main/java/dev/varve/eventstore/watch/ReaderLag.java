package dev.varve.eventstore.watch;

import dev.varve.eventstore.LogSignals;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.OptionalLong;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.StreamingEventProcessor;

/**
 * How many events lie between the end of the log, as this node knows it, and the slowest segment that this node works on;
 * not a number for a processor whose segments are all on other nodes.
 */
public final class ReaderLag {

    private final LogSignals signals;

    public ReaderLag(LogSignals signals) {
        this.signals = signals;
    }

    /** Adds the gauge of a processor. */
    public void bind(StreamingEventProcessor processor, MeterRegistry registry) {
        Gauge.builder("varve.event-store.reader.lag", processor, this::of)
                .tag("processor", processor.getName())
                .description("Events between the end of the log and the slowest segment on this node")
                .register(registry);
    }

    private double of(StreamingEventProcessor processor) {
        OptionalLong slowest = processor.processingStatus().values().stream()
                .mapToLong(ReaderLag::position)
                .min();
        return slowest.isPresent() ? Math.max(0, signals.knownHead() - slowest.getAsLong()) : Double.NaN;
    }

    private static long position(EventTrackerStatus status) {
        return status.getCurrentPosition().orElse(0);
    }
}
