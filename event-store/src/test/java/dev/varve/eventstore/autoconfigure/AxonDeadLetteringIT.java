package dev.varve.eventstore.autoconfigure;

import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.deadletter.DeadLetteringEventIntegrationTest;
import org.axonframework.messaging.deadletter.SequencedDeadLetterQueue;
import org.junit.jupiter.api.AfterEach;

/** Axon's own tests of a processor that parks what fails, run on our table. */
class AxonDeadLetteringIT extends DeadLetteringEventIntegrationTest {

    private final OurDeadLetters deadLetters = new OurDeadLetters();

    @AfterEach
    void close() {
        deadLetters.close();
    }

    @Override
    protected SequencedDeadLetterQueue<EventMessage<?>> buildDeadLetterQueue() {
        return deadLetters.queue(PROCESSING_GROUP);
    }

    @Override
    protected TransactionManager getTransactionManager() {
        return deadLetters.transactions();
    }
}
