package dev.varve.projection.parked;

import dev.varve.eventstore.autoconfigure.DeadLetters;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.NamedEventSerializer;
import dev.varve.projection.Parking;
import dev.varve.projection.TestTransactions;
import javax.sql.DataSource;
import org.axonframework.serialization.Serializer;

/** Parking on a database of a test. */
public final class TestParking {

    private TestParking() {}

    public static Parking on(DataSource dataSource) {
        Serializer serializer = NamedEventSerializer.of(EventTypeRegistry.empty());
        return new DeadLetterParking(new DeadLetterQueues(
                dataSource, TestTransactions.of(dataSource), DeadLetters.SCHEMA, serializer, serializer));
    }
}
