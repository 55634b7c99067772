package dev.varve.eventstore.adoption;

import com.thoughtworks.xstream.XStream;
import dev.varve.eventstore.axon.JsonShapes;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.PostgresTokenTableFactory;
import org.axonframework.eventhandling.tokenstore.jpa.JpaTokenStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.axonframework.eventsourcing.eventstore.jpa.JpaEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jpa.SQLStateResolver;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.serialization.xml.XStreamSerializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.support.TransactionTemplate;

/** A store as Axon 4 itself writes it. */
record OldAxonStore(EventStorageEngine engine, TokenStore tokens, TransactionTemplate transaction, Runnable end)
        implements AutoCloseable {

    static final Serializer JSON = Jackson3Serializer.builder()
            .jsonMapperBuilderCustomizer(JsonShapes.INSTANCE)
            .build();

    /** What Axon uses when nothing else is asked for. */
    static Serializer xstream() {
        XStream xstream = new XStream();
        xstream.allowTypesByWildcard(new String[] {"org.axonframework.**", "java.util.**", "java.lang.*"});
        return XStreamSerializer.builder().xStream(xstream).build();
    }

    /** On Axon's JDBC schema. */
    static OldAxonStore jdbc(DataSource dataSource, Serializer tokenSerializer) throws SQLException {
        DataSourceTransactionManager transactions = new DataSourceTransactionManager(dataSource);
        SpringDataSourceConnectionProvider connections = new SpringDataSourceConnectionProvider(dataSource);
        JdbcEventStorageEngine engine = JdbcEventStorageEngine.builder()
                .eventSerializer(JSON)
                .snapshotSerializer(JSON)
                .connectionProvider(connections)
                .transactionManager(new SpringTransactionManager(transactions))
                .persistenceExceptionResolver(new SQLStateResolver("23505"))
                .schema(EventSchema.builder().build())
                .build();
        JdbcTokenStore tokens = JdbcTokenStore.builder()
                .connectionProvider(connections)
                .serializer(tokenSerializer)
                .build();
        engine.createSchema(PostgresEventTableFactory.INSTANCE);
        tokens.createSchema(PostgresTokenTableFactory.INSTANCE);
        return new OldAxonStore(engine, tokens, new TransactionTemplate(transactions), () -> {});
    }

    /** On the tables that Hibernate makes, named as Spring Boot has it; payloads are large objects. */
    static OldAxonStore jpa(DataSource dataSource, Serializer tokenSerializer) {
        LocalContainerEntityManagerFactoryBean bean = new LocalContainerEntityManagerFactoryBean();
        bean.setDataSource(dataSource);
        bean.setPersistenceUnitName("axon");
        bean.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
        bean.setPackagesToScan(
                "org.axonframework.eventsourcing.eventstore.jpa",
                "org.axonframework.eventhandling",
                "org.axonframework.eventhandling.tokenstore.jpa");
        bean.setJpaPropertyMap(Map.of(
                "hibernate.hbm2ddl.auto",
                "create",
                "hibernate.physical_naming_strategy",
                PhysicalNamingStrategySnakeCaseImpl.class.getName()));
        bean.afterPropertiesSet();
        EntityManagerFactory factory = Objects.requireNonNull(bean.getObject());
        JpaTransactionManager transactions = new JpaTransactionManager(factory);
        EntityManager entityManager = SharedEntityManagerCreator.createSharedEntityManager(factory);
        JpaEventStorageEngine engine = JpaEventStorageEngine.builder()
                .eventSerializer(JSON)
                .snapshotSerializer(JSON)
                .entityManagerProvider(() -> entityManager)
                .transactionManager(new SpringTransactionManager(transactions))
                .persistenceExceptionResolver(new SQLStateResolver("23505"))
                .build();
        JpaTokenStore tokens = JpaTokenStore.builder()
                .entityManagerProvider(() -> entityManager)
                .serializer(tokenSerializer)
                .build();
        return new OldAxonStore(engine, tokens, new TransactionTemplate(transactions), bean::destroy);
    }

    void append(EventMessage<?>... events) {
        transaction.executeWithoutResult(status -> engine.appendEvents(List.of(events)));
    }

    /** Leaves a gap in the global index. */
    void appendAndRollBack(EventMessage<?>... events) {
        transaction.executeWithoutResult(status -> {
            engine.appendEvents(List.of(events));
            status.setRollbackOnly();
        });
    }

    void storeSnapshot(DomainEventMessage<?> snapshot) {
        transaction.executeWithoutResult(status -> engine.storeSnapshot(snapshot));
    }

    void initializeToken(TrackingToken token, String processor, int segments) {
        transaction.executeWithoutResult(status -> tokens.initializeTokenSegments(processor, segments, token));
    }

    @Override
    public void close() {
        end.run();
    }
}
