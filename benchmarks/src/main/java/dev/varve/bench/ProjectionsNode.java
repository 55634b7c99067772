package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.events.EventType;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.RegisteredEvent;
import dev.varve.projection.Projection;
import dev.varve.transit.events.TransitEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/** A node that runs transit's projections as they are, and two more of the bench, as an application runs them. */
final class ProjectionsNode implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private ProjectionsNode(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static ProjectionsNode start(HikariDataSource database, String... settings) {
        SpringApplication application = new SpringApplication(Node.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.datasource.url=" + database.getJdbcUrl(),
                "--spring.datasource.hikari.maximum-pool-size=20",
                "--spring.main.banner-mode=off",
                // Not the settings of the server, which lie on the class path, too.
                "--spring.config.name=bench"));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(arguments::add);
        return new ProjectionsNode(application.run(arguments.toArray(String[]::new)));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }

    /** The stored names of transit's events. */
    static EventTypeRegistry types() {
        return typesOf(TransitEvent.class);
    }

    /** The stored names of a context's events. */
    static EventTypeRegistry typesOf(Class<?> events) {
        return EventTypeRegistry.of(kindsOf(events)
                .map(type -> {
                    EventType name = Objects.requireNonNull(type.getAnnotation(EventType.class));
                    return new RegisteredEvent(name.value(), name.revision(), type);
                })
                .toList());
    }

    private static Stream<Class<?>> kindsOf(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(ProjectionsNode::kindsOf)
                : Stream.of(type);
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ComponentScan(
            basePackages = "dev.varve.transit.query",
            useDefaultFilters = false,
            includeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Projection.class))
    static class Node {

        @Bean
        EventTypeRegistry eventTypes() {
            return types();
        }

        @Bean
        Projection<?> stationLoads() {
            return new BenchProjections.StationLoads();
        }

        @Bean
        Projection<?> currentDelays() {
            return new BenchProjections.CurrentDelays();
        }
    }
}
