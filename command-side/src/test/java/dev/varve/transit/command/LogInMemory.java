package dev.varve.transit.command;

import dev.varve.command.KnownStreams;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import java.util.List;
import org.axonframework.config.Configuration;
import org.axonframework.config.Configurer;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.serialization.json.JacksonSerializer;
import org.axonframework.spring.stereotype.Aggregate;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** Transit's aggregates on a log in memory: what a controller test dispatches to. */
public final class LogInMemory implements CommandDispatcher, KnownStreams {

    private final InMemoryEventStorageEngine engine = new InMemoryEventStorageEngine();
    private final Configuration axon;

    public LogInMemory() {
        Configurer configurer = DefaultConfigurer.defaultConfiguration(false)
                .configureSerializer(c -> JacksonSerializer.defaultSerializer())
                .configureEmbeddedEventStore(c -> engine);
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(Aggregate.class));
        scanner.findCandidateComponents("dev.varve.transit.command")
                .forEach(found -> configurer.configureAggregate(ClassUtils.resolveClassName(
                        found.getBeanClassName(), getClass().getClassLoader())));
        axon = configurer.start();
    }

    @Override
    public synchronized CommandReceipt dispatch(Object command) {
        int before = events().size();
        Object result = axon.commandGateway().sendAndWait(command);
        int after = events().size();
        return new CommandReceipt(after, lastVersion(), after - before, result);
    }

    @Override
    public boolean contains(String stream) {
        return axon.eventStore().lastSequenceNumberFor(stream).isPresent();
    }

    /** For what reads the log. */
    public EventStorageEngine storage() {
        return engine;
    }

    public KnownThings knownThings() {
        return new KnownThings(this);
    }

    /** All that happened, in order. */
    public synchronized List<Object> events() {
        return engine.readEvents(null, false)
                .<Object>map(EventMessage::getPayload)
                .toList();
    }

    private long lastVersion() {
        return engine.readEvents(null, false)
                .reduce((earlier, later) -> later)
                .map(event -> ((DomainEventMessage<?>) event).getSequenceNumber())
                .orElse(-1L);
    }
}
