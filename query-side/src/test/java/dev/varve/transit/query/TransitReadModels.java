package dev.varve.transit.query;

import dev.varve.events.EventType;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.RegisteredEvent;
import dev.varve.projection.Projection;
import dev.varve.projection.ProjectionProgress;
import dev.varve.testkit.TestDatabase;
import dev.varve.transit.events.DepartureEvent;
import dev.varve.transit.events.IngestionEvent;
import dev.varve.transit.events.LineEvent;
import dev.varve.transit.events.RouteSnapshotEvent;
import dev.varve.transit.events.StationEvent;
import dev.varve.transit.events.TransitEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jooq.DSLContext;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.context.WebApplicationContext;

/**
 * The query side of transit with everything real below it: the log, Axon's processors, PostgreSQL. What is not there is
 * the app, which words the errors: a test sees the exceptions.
 */
public final class TransitReadModels implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> PROJECTIONS = List.of(
            "transit.stations",
            "transit.lines",
            "transit.departures",
            "transit.route-snapshots",
            "transit.ingestion-runs");

    private final ConfigurableApplicationContext context;
    private final MockMvcTester http;

    private TransitReadModels(ConfigurableApplicationContext context) {
        this.context = context;
        this.http = MockMvcTester.from((WebApplicationContext) context);
    }

    /** @param settings {@code property=value} */
    public static TransitReadModels start(TestDatabase database, String... settings) {
        return startWith(QuerySide.class, database, settings);
    }

    /** With beans of a test's own. */
    static TransitReadModels startWith(Class<?> more, TestDatabase database, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--spring.datasource.hikari.maximum-pool-size=16",
                "--spring.flyway.enabled=false",
                "--spring.main.banner-mode=off"));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(arguments::add);
        return new TransitReadModels(
                new SpringApplication(QuerySide.class, more).run(arguments.toArray(String[]::new)));
    }

    static ConfigurableApplicationContext run(String... arguments) {
        return SpringApplication.run(QuerySide.class, arguments);
    }

    /**
     * Writes the events to the log, in one append.
     *
     * @return the position of the last of them
     */
    public long record(TransitEvent... events) {
        EventStore log = context.getBean(EventStore.class);
        Map<String, Long> versions = new HashMap<>();
        List<EventMessage<?>> messages = new ArrayList<>();
        for (TransitEvent event : events) {
            String stream = stream(event);
            long version = versions.compute(
                    stream,
                    (id, last) -> last == null ? log.lastSequenceNumberFor(id).orElse(-1L) + 1 : last + 1);
            messages.add(new GenericDomainEventMessage<>("Transit", stream, version, event));
        }
        log.publish(messages);
        return log.createHeadToken().position().orElseThrow();
    }

    /** Writes the events to the log and waits until every read model has seen them. */
    public long show(TransitEvent... events) {
        long position = record(events);
        awaitPosition(position);
        return position;
    }

    public void awaitPosition(long position) {
        try {
            progress().await(PROJECTIONS, position, PATIENCE).ifPresent(behind -> {
                throw new AssertionError(
                        "%s is at %s and not at %d".formatted(behind, progress().position(behind), position));
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public ProjectionProgress progress() {
        return context.getBean(ProjectionProgress.class);
    }

    public MockMvcTester http() {
        return http;
    }

    /** What the engine offers beside. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** The position of the last event in the log. */
    public long head() {
        return context.getBean(EventStore.class).createHeadToken().position().orElse(0);
    }

    @SuppressWarnings("unchecked")
    public Projection<DepartureEvent> departures() {
        return context.getBeanProvider(Projection.class).stream()
                .filter(projection -> projection.eventType() == DepartureEvent.class)
                .findFirst()
                .map(projection -> (Projection<DepartureEvent>) projection)
                .orElseThrow();
    }

    public DSLContext database() {
        return context.getBean(DSLContext.class);
    }

    @Override
    public void close() {
        context.close();
    }

    private static String stream(TransitEvent event) {
        return switch (event) {
            case StationEvent e -> e.stationId().value();
            case LineEvent e -> e.lineId().value();
            case DepartureEvent e -> e.departureId().value();
            case RouteSnapshotEvent e -> e.routeSnapshotId().value();
            case IngestionEvent e -> e.ingestionRunId().value();
        };
    }

    /** Every kind of event that can happen in transit. */
    static Stream<Class<?>> kindsOfEvents() {
        return kindsOf(TransitEvent.class);
    }

    /** The stored names of transit's events. */
    static EventTypeRegistry types() {
        return EventTypeRegistry.of(kindsOfEvents()
                .map(type -> {
                    EventType name = type.getAnnotation(EventType.class);
                    return new RegisteredEvent(name.value(), name.revision(), type);
                })
                .toList());
    }

    private static Stream<Class<?>> kindsOf(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(TransitReadModels::kindsOf)
                : Stream.of(type);
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ComponentScan({"dev.varve.query", "dev.varve.transit.query"})
    static class QuerySide {

        @Bean
        EventTypeRegistry eventTypes() {
            return types();
        }
    }
}
