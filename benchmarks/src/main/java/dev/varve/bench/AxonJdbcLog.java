package dev.varve.bench;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.axonframework.eventsourcing.eventstore.jpa.SQLStateResolver;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The peer of the same framework: Axon's own JDBC engine, set up as its documentation says. */
final class AxonJdbcLog {

    private final JdbcEventStorageEngine engine;
    private final TransactionTemplate transaction;
    private final AtomicLong streams = new AtomicLong();

    AxonJdbcLog(DataSource dataSource) throws SQLException {
        Serializer serializer = Jackson3Serializer.builder().build();
        DataSourceTransactionManager transactions = new DataSourceTransactionManager(dataSource);
        transaction = new TransactionTemplate(transactions);
        engine = JdbcEventStorageEngine.builder()
                .eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .connectionProvider(new SpringDataSourceConnectionProvider(dataSource))
                .transactionManager(new SpringTransactionManager(transactions))
                .persistenceExceptionResolver(new SQLStateResolver("23505"))
                .schema(EventSchema.builder().build())
                .build();
        engine.createSchema(PostgresEventTableFactory.INSTANCE);
    }

    JdbcEventStorageEngine engine() {
        return engine;
    }

    /** A transaction of so many events, all of one new stream. */
    long append(int events) {
        String stream = "stream-" + streams.incrementAndGet();
        List<DomainEventMessage<?>> messages = new ArrayList<>();
        for (int version = 0; version < events; version++) {
            messages.add(new GenericDomainEventMessage<>(
                    "Account", stream, version, BenchEvent.SAMPLE, MetaData.from(BenchEvent.META)));
        }
        append(messages);
        return events;
    }

    /** A transaction of these events. */
    void append(List<DomainEventMessage<?>> messages) {
        transaction.executeWithoutResult(status -> engine.appendEvents(messages));
    }
}
