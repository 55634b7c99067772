package dev.varve.eventstore.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventstore.PostgresEventLog;
import dev.varve.testkit.TestDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application whose own beans have the names that come to mind first. */
class BeansOfTheSameNameIT {

    record Own() {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean({
            "eventTypeRegistry",
            "engineSchemas",
            "logSignals",
            "eventLog",
            "logWakeUps",
            "logWakeUpsStart",
            "logPartitions",
            "logPartitionsMaintenance",
            "logWatchdog",
            "logMaintenance",
            "logMaintenanceStart",
            "eventDecoder",
            "commandTargetResolver",
            "aggregateCache",
            "cachedAggregates",
            "quickCoordinators",
            "commandDispatcher",
            "commandBatches",
            "transactionsAreThere",
            "logMetrics",
            "readerLagMetrics"
        })
        Own own() {
            return new Own();
        }
    }

    @Test
    void are_left_to_it() {
        try (ConfigurableApplicationContext application = new SpringApplication(Application.class)
                .run(TestDatabase.empty().springArguments())) {
            assertThat(application.getBean("eventLog")).isInstanceOf(Own.class);
            assertThat(application.getBean("aggregateCache")).isInstanceOf(Own.class);
            assertThat(application.getBean(PostgresEventLog.class).head()).isZero();
        }
    }
}
