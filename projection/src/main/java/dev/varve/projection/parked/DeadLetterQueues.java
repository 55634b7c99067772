package dev.varve.projection.parked;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.deadletter.jdbc.DeadLetterSchema;
import org.axonframework.eventhandling.deadletter.jdbc.JdbcSequencedDeadLetterQueue;
import org.axonframework.serialization.Serializer;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** Axon's dead-letter queue of each projection, in the transaction that is open on the caller's thread. */
final class DeadLetterQueues {

    /** When so many sequences fail, it is not the events that are wrong: the projection stops until a person looks. */
    private static final int MOST_SEQUENCES = 1_000;

    private static final int MOST_OF_A_SEQUENCE = 10_000;

    private final ConcurrentMap<String, JdbcSequencedDeadLetterQueue<EventMessage<?>>> queues =
            new ConcurrentHashMap<>();
    private final TransactionAwareDataSourceProxy dataSource;
    private final TransactionManager transactions;
    private final DeadLetterSchema schema;
    private final Serializer serializer;
    private final Serializer eventSerializer;

    DeadLetterQueues(
            DataSource dataSource,
            TransactionManager transactions,
            DeadLetterSchema schema,
            Serializer serializer,
            Serializer eventSerializer) {
        this.dataSource = new TransactionAwareDataSourceProxy(dataSource);
        this.transactions = transactions;
        this.schema = schema;
        this.serializer = serializer;
        this.eventSerializer = eventSerializer;
    }

    JdbcSequencedDeadLetterQueue<EventMessage<?>> of(String projection) {
        return queues.computeIfAbsent(
                projection,
                name -> JdbcSequencedDeadLetterQueue.<EventMessage<?>>builder()
                        .processingGroup(name)
                        .maxSequences(MOST_SEQUENCES)
                        .maxSequenceSize(MOST_OF_A_SEQUENCE)
                        .connectionProvider(dataSource::getConnection)
                        .schema(schema)
                        .transactionManager(transactions)
                        .genericSerializer(serializer)
                        .eventSerializer(eventSerializer)
                        .build());
    }

    /** Of the transaction on this thread. */
    Connection connection() throws SQLException {
        return dataSource.getConnection();
    }
}
