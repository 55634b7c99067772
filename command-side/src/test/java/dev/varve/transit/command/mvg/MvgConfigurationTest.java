package dev.varve.transit.command.mvg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.command.ingestion.TestIngestion;
import dev.varve.transit.command.ingestion.TransitIngestion;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

class MvgConfigurationTest {

    private static final BlockingQueue<Object> DISPATCHED = new LinkedBlockingQueue<>();

    @Configuration(proxyBeanMethods = false)
    @ComponentScan
    static class App {

        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }

        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }

        @Bean
        CommandDispatcher dispatcher() {
            return command -> {
                DISPATCHED.add(command);
                return new CommandReceipt(1, 0, 1, null);
            };
        }

        @Bean
        TransitIngestion runner(CommandDispatcher dispatcher, Clock clock) {
            return TestIngestion.runner(dispatcher, clock);
        }
    }

    @Test
    void a_request_is_answered_and_what_MVG_said_is_recorded_beside_it() {
        try (Upstream mvg = new Upstream().withEverything()) {
            new WebApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(
                            JacksonAutoConfiguration.class,
                            HttpMessageConvertersAutoConfiguration.class,
                            ValidationAutoConfiguration.class,
                            WebMvcAutoConfiguration.class))
                    .withUserConfiguration(App.class)
                    .withPropertyValues(
                            "varve.transit.mvg.base-url=" + mvg.apiUrl(), "varve.transit.mvg.requests-per-minute=1")
                    .run(app -> {
                        MockMvcTester http = MockMvcTester.from(app);
                        String uri = "/api/v1/mvg/departures?station=" + Recorded.STATION;
                        assertThat(http.get().uri(uri)).hasStatusOk().hasHeader(MvgController.CACHE_STATUS, "miss");
                        assertThat(http.get().uri(uri)).hasStatus(429);
                        assertThat(http.get().uri("/api/v1/mvg/stations/search"))
                                .hasStatus(422);
                        awaitDeparture();
                    });
        }
    }

    @Test
    void the_imports_are_there_without_a_web_server_and_requests_to_MVG_are_off() {
        new ApplicationContextRunner().withUserConfiguration(App.class).run(app -> {
            assertThat(app).hasSingleBean(ImportMvgDepartures.class).hasSingleBean(ImportMvgRoute.class);
            assertThat(app.getBean(MvgSettings.class).enabled()).isFalse();
        });
    }

    private static void awaitDeparture() throws InterruptedException {
        Object command;
        do {
            command = DISPATCHED.poll(10, TimeUnit.SECONDS);
            assertThat(command).as("a departure").isNotNull();
        } while (!(command instanceof ObserveDeparture));
    }
}
