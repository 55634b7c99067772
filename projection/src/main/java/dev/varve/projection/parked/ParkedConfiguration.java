package dev.varve.projection.parked;

import dev.varve.projection.Parking;
import dev.varve.projection.Projection;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.deadletter.jdbc.DeadLetterSchema;
import org.axonframework.serialization.Serializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;

/** Parks what the projections of this node cannot apply. */
public final class ParkedConfiguration {

    @Bean
    DeadLetterQueues varveProjectionDeadLetterQueues(
            DataSource dataSource,
            TransactionManager transactions,
            DeadLetterSchema schema,
            Serializer serializer,
            @Qualifier("eventSerializer") Serializer eventSerializer) {
        return new DeadLetterQueues(dataSource, transactions, schema, serializer, eventSerializer);
    }

    @Bean
    Parking varveProjectionParking(DeadLetterQueues queues) {
        return new DeadLetterParking(queues);
    }

    @Bean
    ParkedEvents varveProjectionParkedEvents(DataSource dataSource) {
        return new ParkedEvents(dataSource);
    }

    @Bean
    ParkedRetry varveProjectionParkedRetry(
            ObjectProvider<Projection<?>> projections,
            ParkedEvents parked,
            DeadLetterQueues queues,
            TransactionManager transactions) {
        return new ParkedRetry(
                projections.stream().collect(Collectors.toMap(Projection::name, Function.identity())),
                parked,
                queues,
                transactions);
    }
}
