package dev.varve.transit.command;

import dev.varve.events.EventType;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.RecordedEvent;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.RegisteredEvent;
import dev.varve.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.spring.stereotype.Aggregate;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;

/** Transit's aggregates on the real event store, in a database of its own. */
public final class LogOnPostgres implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    public LogOnPostgres() {
        TestDatabase database = TestDatabase.migrated();
        SpringApplication application = new SpringApplication(Aggregates.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        context = application.run(
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password());
    }

    public CommandDispatcher dispatcher() {
        return context.getBean(CommandDispatcher.class);
    }

    public EventStorageEngine storage() {
        return context.getBean(EventStorageEngine.class);
    }

    /** Every stream's events in order, each as its type and its JSON, by the stream's id. */
    public Map<String, List<String>> streams() {
        Map<String, List<String>> streams = new TreeMap<>();
        for (RecordedEvent event : context.getBean(EventLog.class).read(0, Integer.MAX_VALUE)) {
            streams.computeIfAbsent(event.streamId(), any -> new ArrayList<>())
                    .add(event.type() + " " + new String(event.payload(), StandardCharsets.UTF_8));
        }
        return streams;
    }

    @Override
    public void close() {
        context.close();
    }

    @Configuration
    @EnableAutoConfiguration
    @ComponentScan(
            basePackageClasses = LogOnPostgres.class,
            useDefaultFilters = false,
            includeFilters = @ComponentScan.Filter(type = FilterType.ANNOTATION, classes = Aggregate.class))
    static class Aggregates {

        @Bean
        EventTypeRegistry eventTypeRegistry() {
            return EventTypeRegistry.of(StoredEventsTest.eventTypes()
                    .map(type -> {
                        EventType name = Objects.requireNonNull(type.getAnnotation(EventType.class));
                        return new RegisteredEvent(name.value(), name.revision(), type);
                    })
                    .toList());
        }
    }
}
