package dev.varve.projection.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.projection.rebuild.Rebuilds;
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
            "projectionProcessors",
            "reportedProjectionProgress",
            "projectionProgress",
            "projectionDeadLetterQueues",
            "projectionParking",
            "projectionParkedEvents",
            "projectionParkedRetry",
            "projectionRebuilds",
            "projectionVersions",
            "projectionStates",
            "projectionRebuildRunner",
            "projectionReplays",
            "projectionReplayRunner",
            "projectionSegments",
            "projectionMetrics"
        })
        Own own() {
            return new Own();
        }
    }

    @Test
    void are_left_to_it() {
        try (ConfigurableApplicationContext application = new SpringApplication(Application.class)
                .run(TestDatabase.empty().springArguments())) {
            assertThat(application.getBean("projectionStates")).isInstanceOf(Own.class);
            assertThat(application.getBean(Rebuilds.class).newest(1)).isEmpty();
        }
    }
}
