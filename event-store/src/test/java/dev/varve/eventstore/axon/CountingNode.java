package dev.varve.eventstore.axon;

import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.PostgresEventLog;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.AggregateConfigurer;
import org.axonframework.config.Configuration;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventsourcing.AggregateSnapshotter;
import org.axonframework.eventsourcing.EventCountSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.GenericAggregateFactory;
import org.axonframework.eventsourcing.Snapshotter;

/** A node that runs {@link Counter}s on the log, put together as the auto-configuration does it. */
final class CountingNode implements AutoCloseable {

    final PostgresEventLog log;
    final PostgresEventStorageEngine engine;
    final PostgresEventStore store;
    final RetryingCommandDispatcher dispatcher;
    final CommandBatches batches;
    final AggregateCache cache;
    private final Configuration axon;

    CountingNode(DataSource dataSource) {
        this(dataSource, 0);
    }

    CountingNode(DataSource dataSource, int cached) {
        this(dataSource, cached, Integer.MAX_VALUE);
    }

    CountingNode(DataSource dataSource, int cached, int snapshotEvery) {
        cache = new AggregateCache(cached);
        LogSignals signals = new LogSignals();
        log = new PostgresEventLog(dataSource, AppendSettings.defaults(), signals);
        NamedEventSerializer serializer = NamedEventSerializer.of(EventTypeRegistry.empty());
        engine = PostgresEventStorageEngine.builder(log)
                .eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .build();
        store = PostgresEventStore.builder(log, engine, signals, Duration.ofMillis(50))
                .build();
        CommandBus commands = SimpleCommandBus.builder().build();
        dispatcher = new RetryingCommandDispatcher(commands, engine, signals, (low, high) -> low);
        commands.registerHandlerInterceptor(dispatcher);
        axon = DefaultConfigurer.defaultConfiguration(false)
                .configureEventStore(c -> store)
                .configureSerializer(c -> serializer)
                .configureCommandBus(c -> commands)
                .configureTransactionManager(c -> NoTransactionManager.INSTANCE)
                .registerComponent(Snapshotter.class, c -> new StateSnapshotter(engine, loading(c)))
                .configureAggregate(AggregateConfigurer.defaultConfiguration(Counter.class)
                        .configureCache(c -> cache)
                        .configureSnapshotTrigger(c -> new EventCountSnapshotTriggerDefinition(
                                c.getComponent(Snapshotter.class), snapshotEvery)))
                .start();
        batches = new AggregateBatches(() -> axon, engine, dispatcher);
    }

    private static Snapshotter loading(Configuration axon) {
        return AggregateSnapshotter.builder()
                .eventStore(axon.eventStore())
                .repositoryProvider(axon::repository)
                .aggregateFactories(List.of(new GenericAggregateFactory<>(Counter.class)))
                .build();
    }

    CommandReceipt dispatch(Object command) {
        return dispatcher.dispatch(command);
    }

    @Override
    public void close() {
        axon.shutdown();
        log.close();
    }
}
