package dev.varve.eventstore.autoconfigure;

import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.Partitions;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.eventstore.WakeUps;
import dev.varve.eventstore.axon.AggregateBatches;
import dev.varve.eventstore.axon.AggregateCache;
import dev.varve.eventstore.axon.CommandBatches;
import dev.varve.eventstore.axon.ConflictRetries;
import dev.varve.eventstore.axon.EventDecoder;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.JsonShapes;
import dev.varve.eventstore.axon.NamedEventSerializer;
import dev.varve.eventstore.axon.OutgoingMessages;
import dev.varve.eventstore.axon.PostgresEventStorageEngine;
import dev.varve.eventstore.axon.PostgresEventStore;
import dev.varve.eventstore.axon.PostgresTokenStore;
import dev.varve.eventstore.axon.RememberingCommandTargetResolver;
import dev.varve.eventstore.axon.RetryingCommandDispatcher;
import dev.varve.eventstore.axon.StateSnapshotter;
import dev.varve.eventstore.maintenance.LogMaintenance;
import dev.varve.eventstore.watch.Watchdog;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandBusSpanFactory;
import org.axonframework.commandhandling.DuplicateCommandHandlerResolver;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.common.jdbc.PersistenceExceptionResolver;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventhandling.EventBus;
import org.axonframework.eventhandling.EventBusSpanFactory;
import org.axonframework.eventhandling.deadletter.jdbc.DeadLetterSchema;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.jpa.SQLStateResolver;
import org.axonframework.messaging.annotation.HandlerDefinition;
import org.axonframework.messaging.annotation.ParameterResolverFactory;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.serialization.RevisionResolver;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.serialization.jackson3.Jackson3SerializerCustomizer;
import org.axonframework.spring.eventsourcing.SpringAggregateSnapshotter;
import org.axonframework.springboot.util.ConditionalOnMissingQualifiedBean;
import org.axonframework.updates.configuration.UsagePropertyProvider;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Primary;

/**
 * Gives an Axon application the log on its DataSource; each bean gives way to one of the application's own. Where it stands
 * in the place of one of Axon's it has that one's name, and elsewhere a name that no application has for something else.
 */
@AutoConfiguration(
        after = AxonOrderAutoConfiguration.class,
        afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
        beforeName = {
            "org.axonframework.springboot.autoconfig.AxonAutoConfiguration",
            "org.axonframework.springboot.autoconfig.EventProcessingAutoConfiguration",
            "org.axonframework.springboot.autoconfig.JdbcAutoConfiguration",
            "org.axonframework.springboot.autoconfig.JpaAutoConfiguration",
            "org.axonframework.springboot.autoconfig.JpaEventStoreAutoConfiguration",
            "org.axonframework.springboot.autoconfig.UpdateCheckerAutoConfiguration"
        })
@ConditionalOnBean(DataSource.class)
@EnableConfigurationProperties(EventStoreProperties.class)
public class EventStoreAutoConfiguration {

    private static final String ENGINE_SCHEMAS = "varveEngineSchemas";

    @Bean
    @ConditionalOnMissingBean
    EventTypeRegistry varveEventTypeRegistry() {
        return EventTypeRegistry.empty();
    }

    @Bean
    @Primary
    @ConditionalOnMissingQualifiedBean(beanClass = Serializer.class, qualifier = "!eventSerializer,messageSerializer")
    Serializer serializer(
            RevisionResolver revisions, ObjectProvider<Jackson3SerializerCustomizer> customizers, BeanFactory beans) {
        return json(revisions, customizers, beans).build();
    }

    @Bean
    @Qualifier("eventSerializer") @ConditionalOnMissingQualifiedBean(beanClass = Serializer.class, qualifier = "eventSerializer")
    Serializer eventSerializer(
            EventTypeRegistry registry,
            RevisionResolver revisions,
            ObjectProvider<Jackson3SerializerCustomizer> customizers,
            BeanFactory beans) {
        return new NamedEventSerializer(registry, json(revisions, customizers, beans));
    }

    /** The application comes last, and so has the last word. */
    private static Jackson3Serializer.Builder json(
            RevisionResolver revisions, ObjectProvider<Jackson3SerializerCustomizer> customizers, BeanFactory beans) {
        List<String> packages = AutoConfigurationPackages.has(beans) ? AutoConfigurationPackages.get(beans) : List.of();
        return Jackson3Serializer.builder().revisionResolver(revisions).jsonMapperBuilderCustomizer(builder -> {
            JsonShapes.with(packages).accept(builder);
            customizers.orderedStream().forEach(customizer -> customizer.accept(builder));
        });
    }

    @Bean
    EngineSchemas varveEngineSchemas(DataSource dataSource, EventStoreProperties properties) {
        return new EngineSchemas(dataSource, properties.migrate());
    }

    @Bean
    LogSignals varveLogSignals() {
        return new LogSignals();
    }

    @Bean
    @DependsOn(ENGINE_SCHEMAS)
    @ConditionalOnMissingBean
    PostgresEventLog varveEventLog(DataSource dataSource, EventStoreProperties properties, LogSignals signals) {
        return new PostgresEventLog(dataSource, properties.append(), signals);
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "varve.event-store.notify", matchIfMissing = true)
    WakeUps varveLogWakeUps(DataSource dataSource, LogSignals signals) {
        return new WakeUps(dataSource, signals);
    }

    @Bean
    ApplicationListener<ApplicationReadyEvent> varveLogWakeUpsStart(ObjectProvider<WakeUps> wakeUps) {
        return ready -> wakeUps.ifAvailable(WakeUps::start);
    }

    @Bean
    Partitions varveLogPartitions(DataSource dataSource, EventStoreProperties properties) {
        return new Partitions(dataSource, properties.eventPartitions(), properties.messagePartitions());
    }

    /** Starts when the context is ready, by when the migrations have run. */
    @Bean
    ApplicationListener<ApplicationReadyEvent> varveLogPartitionsMaintenance(Partitions partitions) {
        return ready -> partitions.start(Duration.ofMinutes(1));
    }

    @Bean
    Watchdog varveLogWatchdog(PostgresEventLog log, DataSource dataSource, EventStoreProperties properties) {
        Watchdog watchdog = new Watchdog(log, dataSource, properties.slowAfter(), Clock.systemUTC());
        watchdog.start();
        return watchdog;
    }

    @Bean
    LogMaintenance varveLogMaintenance(DataSource dataSource) {
        return new LogMaintenance(dataSource);
    }

    @Bean
    ApplicationListener<ApplicationReadyEvent> varveLogMaintenanceStart(
            LogMaintenance maintenance, EventStoreProperties properties) {
        return ready -> maintenance.start(properties.sealInterval(), properties.commandReceiptRetention());
    }

    @Bean
    @ConditionalOnMissingBean({EventStorageEngine.class, EventBus.class})
    PostgresEventStorageEngine eventStorageEngine(
            PostgresEventLog log,
            Serializer serializer,
            @Qualifier("eventSerializer") Serializer eventSerializer,
            Configuration configuration,
            ObjectProvider<OutgoingMessages> outgoing) {
        return PostgresEventStorageEngine.builder(log)
                .snapshotSerializer(serializer)
                .eventSerializer(eventSerializer)
                .upcasterChain(configuration.upcasterChain())
                .snapshotFilter(configuration.snapshotFilter())
                .outgoingMessages(outgoing.getIfAvailable(OutgoingMessages::none))
                .build();
    }

    /** For those who read much of the log at once; sees the same upcasters as the engine. */
    @Bean
    @ConditionalOnMissingBean
    EventDecoder varveEventDecoder(
            @Qualifier("eventSerializer") Serializer eventSerializer,
            EventTypeRegistry registry,
            Configuration configuration) {
        return new EventDecoder(eventSerializer, registry, configuration.upcasterChain());
    }

    @Bean(name = "eventBus")
    @Qualifier("eventStore") @ConditionalOnMissingBean(EventBus.class)
    PostgresEventStore eventStore(
            PostgresEventLog log,
            PostgresEventStorageEngine engine,
            LogSignals signals,
            EventStoreProperties properties,
            Configuration configuration) {
        return PostgresEventStore.builder(log, engine, signals, properties.maxPollInterval())
                .readWindow(properties.readWindow().toBytes())
                .messageMonitor(configuration.messageMonitor(EventStore.class, "eventStore"))
                .spanFactory(configuration.getComponent(EventBusSpanFactory.class))
                .build();
    }

    /** In the place of Axon's own, which loads each aggregate once more, in a transaction, before the command is answered. */
    @Bean
    @ConditionalOnBean(PostgresEventStorageEngine.class)
    @ConditionalOnMissingBean(Snapshotter.class)
    StateSnapshotter aggregateSnapshotter(
            PostgresEventStorageEngine engine,
            EventStore eventStore,
            Configuration configuration,
            HandlerDefinition handlers,
            ParameterResolverFactory parameters,
            ApplicationContext context) {
        SpringAggregateSnapshotter loading = SpringAggregateSnapshotter.builder()
                .repositoryProvider(configuration::repository)
                .eventStore(eventStore)
                .handlerDefinition(handlers)
                .parameterResolverFactory(parameters)
                .build();
        loading.setApplicationContext(context);
        return new StateSnapshotter(engine, loading);
    }

    @Bean
    @ConditionalOnBean(PostgresEventStorageEngine.class)
    @ConditionalOnMissingBean(CommandTargetResolver.class)
    RememberingCommandTargetResolver varveCommandTargetResolver() {
        return new RememberingCommandTargetResolver();
    }

    @Bean
    @ConditionalOnMissingBean(name = CachedAggregates.BEAN)
    AggregateCache varveAggregateCache(EventStoreProperties properties, LogSignals signals) {
        AggregateCache cache = new AggregateCache(properties.aggregateCacheSize());
        // A version tells nothing any more: another event may have the one of an event that is gone.
        signals.onLoss(cache::removeAll);
        return cache;
    }

    @Bean
    static CachedAggregates varveCachedAggregates() {
        return new CachedAggregates();
    }

    @Bean
    @DependsOn(ENGINE_SCHEMAS)
    @ConditionalOnMissingBean(TokenStore.class)
    PostgresTokenStore tokenStore(DataSource dataSource, Serializer serializer, EventStoreProperties properties) {
        return new PostgresTokenStore(
                dataSource,
                serializer,
                properties.tokenClaimTimeout(),
                ManagementFactory.getRuntimeMXBean().getName(),
                properties.flushProcessors());
    }

    @Bean
    ConfigurerModule varveQuickCoordinators(EventStoreProperties properties) {
        return new QuickCoordinators(properties.claimExtension());
    }

    /** Without a transaction manager: a command holds no database transaction, its append is one. */
    @Bean
    @Qualifier("localSegment") @ConditionalOnMissingBean(CommandBus.class)
    SimpleCommandBus commandBus(Configuration configuration, DuplicateCommandHandlerResolver duplicates) {
        return SimpleCommandBus.builder()
                .duplicateCommandHandlerResolver(duplicates)
                .spanFactory(configuration.getComponent(CommandBusSpanFactory.class))
                .messageMonitor(configuration.messageMonitor(CommandBus.class, "commandBus"))
                .build();
    }

    /** As Axon's own, except that what lost a race for its stream is tried again. */
    @Bean
    @ConditionalOnMissingBean
    CommandGateway commandGateway(CommandBus commandBus) {
        return DefaultCommandGateway.builder()
                .commandBus(commandBus)
                .retryScheduler(new ConflictRetries(EventStoreAutoConfiguration::random))
                .build();
    }

    private static long random(long low, long high) {
        return ThreadLocalRandom.current().nextLong(low, high);
    }

    @Bean
    @ConditionalOnMissingBean
    RetryingCommandDispatcher varveCommandDispatcher(
            CommandBus commandBus, PostgresEventStorageEngine engine, LogSignals signals, Configuration configuration) {
        RetryingCommandDispatcher dispatcher =
                new RetryingCommandDispatcher(commandBus, engine, signals, EventStoreAutoConfiguration::random);
        commandBus.registerHandlerInterceptor(dispatcher);
        commandBus.registerHandlerInterceptor(
                new CorrelationDataInterceptor<>(configuration.correlationDataProviders()));
        return dispatcher;
    }

    @Bean
    @ConditionalOnMissingBean
    CommandBatches varveCommandBatches(
            ObjectProvider<Configuration> configuration,
            PostgresEventStorageEngine engine,
            RetryingCommandDispatcher dispatcher) {
        return new AggregateBatches(configuration::getObject, engine, dispatcher);
    }

    /** PostgreSQL's state for a duplicate key; Axon's own resolver for JDBC does not know it. */
    @Bean
    @ConditionalOnMissingBean
    PersistenceExceptionResolver persistenceExceptionResolver() {
        return new SQLStateResolver("23505");
    }

    @Bean
    @ConditionalOnMissingBean
    DeadLetterSchema deadLetterSchema() {
        return DeadLetters.SCHEMA;
    }

    @Bean
    @ConditionalOnMissingBean
    UsagePropertyProvider usagePropertyProvider() {
        return new NoUsageReports();
    }

    /** Without transactions a processor's writes and its token could part ways, and nobody would notice. */
    @Bean
    SmartInitializingSingleton varveTransactionsAreThere(TransactionManager transactionManager) {
        return () -> {
            if (transactionManager instanceof NoTransactionManager) {
                throw new IllegalStateException(
                        "Axon found no PlatformTransactionManager and would run event processors without transactions; "
                                + "add spring-boot-starter-jdbc or define one");
            }
        };
    }
}
