package dev.varve.eventstore.autoconfigure;

import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.eventstore.watch.LogMetrics;
import dev.varve.eventstore.watch.ReaderLag;
import dev.varve.eventstore.watch.Watchdog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

/** Gives an application that has Micrometer the meters and spans of the log. */
@AutoConfiguration(after = EventStoreAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(PostgresEventLog.class)
public class EventStoreMetricsAutoConfiguration {

    @Bean
    LogMetrics varveLogMetrics(
            PostgresEventLog eventLog,
            LogSignals signals,
            Watchdog watchdog,
            ObjectProvider<ObservationRegistry> observations) {
        return new LogMetrics(
                eventLog, signals, watchdog, () -> observations.getIfAvailable(() -> ObservationRegistry.NOOP));
    }

    /** Processors are known when the context is ready. */
    @Bean
    ApplicationListener<ApplicationReadyEvent> varveReaderLagMetrics(
            LogSignals signals,
            ObjectProvider<MeterRegistry> registry,
            ObjectProvider<EventProcessingConfiguration> processing) {
        return ready -> registry.ifAvailable(meters -> processing.ifAvailable(configuration -> {
            ReaderLag lag = new ReaderLag(signals);
            configuration.eventProcessors().values().forEach(processor -> {
                if (processor instanceof StreamingEventProcessor streaming) {
                    lag.bind(streaming, meters);
                }
            });
        }));
    }
}
