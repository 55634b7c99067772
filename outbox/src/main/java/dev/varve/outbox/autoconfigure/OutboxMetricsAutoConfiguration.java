package dev.varve.outbox.autoconfigure;

import dev.varve.outbox.OutboxMetrics;
import dev.varve.outbox.Relay;
import dev.varve.outbox.Subscriptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

/** Gives an application that has a meter registry the meters of the outbox. */
@AutoConfiguration(
        after = OutboxAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean({Relay.class, MeterRegistry.class})
public class OutboxMetricsAutoConfiguration {

    @Bean
    OutboxMetrics varveOutboxMetrics(Subscriptions subscriptions, Relay relay, MeterRegistry registry) {
        return new OutboxMetrics(subscriptions, relay, registry, Clock.systemUTC());
    }

    @Bean
    ApplicationListener<ApplicationReadyEvent> varveOutboxMetricsStart(
            OutboxMetrics metrics, OutboxProperties properties) {
        return ready -> {
            if (properties.relay()) {
                metrics.start();
            }
        };
    }
}
