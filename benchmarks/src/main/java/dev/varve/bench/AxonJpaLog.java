package dev.varve.bench;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.jpa.JpaEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jpa.SQLStateResolver;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.support.TransactionTemplate;

/** The peer most Axon users have: its JPA engine on Hibernate, as Spring Boot sets it up. */
final class AxonJpaLog implements AutoCloseable {

    private final EntityManagerFactory factory;
    private final JpaEventStorageEngine engine;
    private final TransactionTemplate transaction;
    private final AtomicLong streams = new AtomicLong();

    AxonJpaLog(DataSource dataSource) {
        LocalContainerEntityManagerFactoryBean bean = new LocalContainerEntityManagerFactoryBean();
        bean.setDataSource(dataSource);
        bean.setPersistenceUnitName("axon");
        bean.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
        bean.setPackagesToScan("org.axonframework.eventsourcing.eventstore.jpa", "org.axonframework.eventhandling");
        bean.setJpaPropertyMap(Map.of("hibernate.hbm2ddl.auto", "update"));
        bean.afterPropertiesSet();
        factory = Objects.requireNonNull(bean.getObject(), "the entity manager factory was just made");
        JpaTransactionManager transactions = new JpaTransactionManager(factory);
        transaction = new TransactionTemplate(transactions);
        EntityManager entityManager = SharedEntityManagerCreator.createSharedEntityManager(factory);
        Serializer serializer = Jackson3Serializer.builder().build();
        engine = JpaEventStorageEngine.builder()
                .eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .entityManagerProvider(() -> entityManager)
                .transactionManager(new SpringTransactionManager(transactions))
                .persistenceExceptionResolver(new SQLStateResolver("23505"))
                .build();
    }

    /** A transaction of so many events, all of one new stream. */
    long append(int events) {
        String stream = "stream-" + streams.incrementAndGet();
        List<DomainEventMessage<?>> messages = new ArrayList<>();
        for (int version = 0; version < events; version++) {
            messages.add(new GenericDomainEventMessage<>(
                    "Account", stream, version, BenchEvent.SAMPLE, MetaData.from(BenchEvent.META)));
        }
        transaction.executeWithoutResult(status -> engine.appendEvents(messages));
        return events;
    }

    @Override
    public void close() {
        factory.close();
    }
}
