package dev.varve.eventstore.autoconfigure;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import org.axonframework.common.jdbc.UnitOfWorkAwareConnectionProviderWrapper;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.deadletter.jdbc.JdbcSequencedDeadLetterQueue;
import org.axonframework.serialization.TestSerializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Axon's dead-letter queue on our table, as an application has it. */
final class OurDeadLetters implements AutoCloseable {

    static final int BOUND = 64;

    private final HikariDataSource dataSource = new HikariDataSource();
    private final TransactionManager transactions;

    OurDeadLetters() {
        dataSource.setDataSource(TestDatabase.migrated().dataSource());
        dataSource.setMaximumPoolSize(4);
        transactions = new SpringTransactionManager(new DataSourceTransactionManager(dataSource));
    }

    TransactionManager transactions() {
        return transactions;
    }

    JdbcSequencedDeadLetterQueue<EventMessage<?>> queue(String processingGroup) {
        return JdbcSequencedDeadLetterQueue.<EventMessage<?>>builder()
                .processingGroup(processingGroup)
                .maxSequences(BOUND)
                .maxSequenceSize(BOUND)
                .connectionProvider(new UnitOfWorkAwareConnectionProviderWrapper(
                        new SpringDataSourceConnectionProvider(dataSource)))
                .schema(DeadLetters.SCHEMA)
                .transactionManager(transactions)
                .genericSerializer(TestSerializer.JACKSON.getSerializer())
                .eventSerializer(TestSerializer.JACKSON.getSerializer())
                .build();
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
