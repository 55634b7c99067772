package dev.varve.bench;

import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.eventstore.WakeUps;
import dev.varve.eventstore.axon.AggregateCache;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.NamedEventSerializer;
import dev.varve.eventstore.axon.PostgresEventStorageEngine;
import dev.varve.eventstore.axon.PostgresEventStore;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.axon.RegisteredEvent;
import dev.varve.eventstore.axon.RememberingCommandTargetResolver;
import dev.varve.eventstore.axon.RetryingCommandDispatcher;
import dev.varve.eventstore.axon.StateSnapshotter;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.config.AggregateConfigurer;
import org.axonframework.config.Configuration;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventsourcing.AggregateSnapshotter;
import org.axonframework.eventsourcing.EventCountSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.GenericAggregateFactory;
import org.axonframework.eventsourcing.NoSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.serialization.Serializer;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Ours, behind Axon's gateway and processors: put together as the auto-configuration does it. */
final class OurNode implements AutoCloseable {

    private final PostgresEventLog log;
    private final WakeUps wakeUps;
    private final Configuration axon;
    private final PostgresEventStorageEngine engine;
    private final PostgresEventStore store;

    /**
     * Starts a node.
     *
     * @param cached aggregates kept in memory; 0 for none
     * @param snapshotEvery events after which a snapshot is taken; 0 for never
     */
    OurNode(DataSource dataSource, int cached, int snapshotEvery) {
        LogSignals signals = new LogSignals();
        log = new PostgresEventLog(dataSource, AppendSettings.defaults(), signals);
        wakeUps = new WakeUps(dataSource, signals);
        wakeUps.start();
        Serializer serializer = NamedEventSerializer.of(
                EventTypeRegistry.of(List.of(new RegisteredEvent(BenchEvent.TYPE, 1, BenchEvent.class))));
        engine = PostgresEventStorageEngine.builder(log)
                .eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .build();
        store = PostgresEventStore.builder(log, engine, signals, Duration.ofSeconds(2))
                .build();
        CommandBus commands = SimpleCommandBus.builder().build();
        AggregateConfigurer<BenchAccount> accounts = AggregateConfigurer.defaultConfiguration(BenchAccount.class)
                .configureCache(c -> cached > 0 ? new AggregateCache(cached) : null)
                .configureSnapshotTrigger(c -> snapshotEvery > 0
                        ? new EventCountSnapshotTriggerDefinition(c.getComponent(Snapshotter.class), snapshotEvery)
                        : NoSnapshotTriggerDefinition.INSTANCE);
        axon = DefaultConfigurer.defaultConfiguration(false)
                .configureEventStore(c -> store)
                .configureSerializer(c -> serializer)
                .configureCommandBus(c -> commands)
                .configureTransactionManager(
                        c -> new SpringTransactionManager(new DataSourceTransactionManager(dataSource)))
                .registerComponent(CommandTargetResolver.class, c -> new RememberingCommandTargetResolver())
                .registerComponent(Snapshotter.class, c -> new StateSnapshotter(engine, loading(c)))
                .configureAggregate(accounts)
                .buildConfiguration();
        RetryingCommandDispatcher dispatcher = new RetryingCommandDispatcher(
                commands,
                engine,
                signals,
                (low, high) -> ThreadLocalRandom.current().nextLong(low, high));
        commands.registerHandlerInterceptor(dispatcher);
        commands.registerHandlerInterceptor(new CorrelationDataInterceptor<>(axon.correlationDataProviders()));
        axon.start();
    }

    private static Snapshotter loading(Configuration axon) {
        return AggregateSnapshotter.builder()
                .eventStore(axon.eventStore())
                .repositoryProvider(axon::repository)
                .aggregateFactories(List.of(new GenericAggregateFactory<>(BenchAccount.class)))
                .build();
    }

    static PostgresTokenStore tokens(DataSource dataSource, Serializer serializer) {
        return new PostgresTokenStore(
                dataSource,
                serializer,
                Duration.ofSeconds(10),
                UUID.randomUUID().toString());
    }

    CommandGateway gateway() {
        return axon.commandGateway();
    }

    PostgresEventStore store() {
        return store;
    }

    @Override
    public void close() {
        axon.shutdown();
        wakeUps.close();
        log.close();
    }
}
