package dev.varve.bench;

import javax.sql.DataSource;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.caching.WeakReferenceCache;
import org.axonframework.config.AggregateConfigurer;
import org.axonframework.config.Configuration;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventsourcing.EventCountSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.NoSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** The peer behind Axon's gateway and processors: its own JDBC engine and event store, as Spring Boot sets them up. */
final class AxonNode implements AutoCloseable {

    private final Configuration axon;

    AxonNode(DataSource dataSource, AxonJdbcLog log, boolean cached, int snapshotEvery) {
        SpringTransactionManager transactions =
                new SpringTransactionManager(new DataSourceTransactionManager(dataSource));
        SimpleCommandBus commands =
                SimpleCommandBus.builder().transactionManager(transactions).build();
        AggregateConfigurer<BenchAccount> accounts = AggregateConfigurer.defaultConfiguration(BenchAccount.class)
                .configureCache(c -> cached ? new WeakReferenceCache() : null)
                .configureSnapshotTrigger(c -> snapshotEvery > 0
                        ? new EventCountSnapshotTriggerDefinition(c.getComponent(Snapshotter.class), snapshotEvery)
                        : NoSnapshotTriggerDefinition.INSTANCE);
        axon = DefaultConfigurer.defaultConfiguration(false)
                .configureEventStore(c ->
                        EmbeddedEventStore.builder().storageEngine(log.engine()).build())
                .configureSerializer(c -> Jackson3Serializer.builder().build())
                .configureCommandBus(c -> commands)
                .configureTransactionManager(c -> transactions)
                .configureAggregate(accounts)
                .buildConfiguration();
        commands.registerHandlerInterceptor(new CorrelationDataInterceptor<>(axon.correlationDataProviders()));
        axon.start();
    }

    CommandGateway gateway() {
        return axon.commandGateway();
    }

    @Override
    public void close() {
        axon.shutdown();
    }
}
