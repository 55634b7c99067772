package dev.varve.eventstore.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.deadletter.jdbc.JdbcDeadLetter;
import org.axonframework.messaging.deadletter.DeadLetter;
import org.axonframework.messaging.deadletter.GenericDeadLetter;
import org.axonframework.messaging.deadletter.SequencedDeadLetterQueue;
import org.axonframework.messaging.deadletter.SequencedDeadLetterQueueTest;
import org.junit.jupiter.api.AfterEach;

/** Axon's own tests of its dead-letter queues, run on our table. */
class AxonDeadLetterQueueIT extends SequencedDeadLetterQueueTest<EventMessage<?>> {

    private final OurDeadLetters deadLetters = new OurDeadLetters();

    @AfterEach
    void close() {
        deadLetters.close();
        setClock(Clock.systemUTC());
    }

    @Override
    protected SequencedDeadLetterQueue<EventMessage<?>> buildTestSubject() {
        return deadLetters.queue("group");
    }

    @Override
    protected long maxSequences() {
        return OurDeadLetters.BOUND;
    }

    @Override
    protected long maxSequenceSize() {
        return OurDeadLetters.BOUND;
    }

    @Override
    protected DeadLetter<EventMessage<?>> generateInitialLetter() {
        return new GenericDeadLetter<>("sequence", generateEvent(), generateThrowable());
    }

    @Override
    protected DeadLetter<EventMessage<?>> generateFollowUpLetter() {
        return new GenericDeadLetter<>("sequence", generateEvent());
    }

    @Override
    protected DeadLetter<EventMessage<?>> mapToQueueImplementation(DeadLetter<EventMessage<?>> letter) {
        return switch (letter) {
            case JdbcDeadLetter<EventMessage<?>> stored -> stored;
            case GenericDeadLetter<EventMessage<?>> generic ->
                new JdbcDeadLetter<>(
                        UUID.randomUUID().toString(),
                        0,
                        generic.getSequenceIdentifier().toString(),
                        generic.enqueuedAt(),
                        generic.lastTouched(),
                        generic.cause().orElse(null),
                        generic.diagnostics(),
                        generic.message());
            default -> throw new IllegalArgumentException("an unknown kind of letter: " + letter.getClass());
        };
    }

    @Override
    protected void setClock(Clock clock) {
        GenericDeadLetter.clock = clock;
    }

    /** What is stored is equal in what it says, not the same object; times are kept to the millisecond. */
    @Override
    protected void assertLetter(
            DeadLetter<? extends EventMessage<?>> expected, DeadLetter<? extends EventMessage<?>> actual) {
        assertThat(actual.message().getPayload()).isEqualTo(expected.message().getPayload());
        assertThat(actual.message().getPayloadType())
                .isEqualTo(expected.message().getPayloadType());
        assertThat(actual.message().getMetaData()).isEqualTo(expected.message().getMetaData());
        assertThat(actual.message().getIdentifier())
                .isEqualTo(expected.message().getIdentifier());
        assertThat(actual.cause()).isEqualTo(expected.cause());
        assertThat(millis(actual.enqueuedAt())).isEqualTo(millis(expected.enqueuedAt()));
        assertThat(millis(actual.lastTouched())).isEqualTo(millis(expected.lastTouched()));
        assertThat(actual.diagnostics()).isEqualTo(expected.diagnostics());
    }

    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
