package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionSynchronizationManager;

class ConflictRetriesTest {

    private static final CommandMessage<?> COMMAND = new GenericCommandMessage<>("add");

    private final AtomicInteger dispatched = new AtomicInteger();
    private final ConflictRetries retries = new ConflictRetries((low, high) -> low);

    @Test
    void a_lost_race_is_run_again_at_once_until_it_was_lost_five_times() {
        assertThat(triedAgain(conflict(), 1)).isTrue();
        assertThat(triedAgain(conflict(), 4)).isTrue();
        assertThat(dispatched).hasValue(2);

        assertThat(triedAgain(conflict(), 5)).isFalse();
        assertThat(dispatched).hasValue(2);
    }

    @Test
    void what_will_not_change_is_not_run_again() {
        assertThat(triedAgain(new IllegalStateException("rejected"), 1)).isFalse();
        assertThat(triedAgain(new AggregateStreamCreationException("it is there"), 1))
                .isFalse();
        assertThat(dispatched).hasValue(0);
    }

    @Test
    void nothing_is_run_again_inside_what_the_conflict_ends() {
        UnitOfWork<?> outer = DefaultUnitOfWork.startAndGet(COMMAND);
        assertThat(triedAgain(conflict(), 1)).isFalse();
        outer.rollback();

        TransactionSynchronizationManager.setActualTransactionActive(true);
        try {
            assertThat(triedAgain(conflict(), 1)).isFalse();
        } finally {
            TransactionSynchronizationManager.setActualTransactionActive(false);
        }
        assertThat(dispatched).hasValue(0);
    }

    private boolean triedAgain(RuntimeException failure, int failures) {
        @SuppressWarnings({"unchecked", "rawtypes"}) // An array of a parameterized type cannot be made.
        List<Class<? extends Throwable>[]> history = (List) Collections.nCopies(failures, new Class<?>[0]);
        return retries.scheduleRetry(COMMAND, failure, history, dispatched::incrementAndGet);
    }

    private static ConcurrencyException conflict() {
        return new ConcurrencyException("somebody else was first");
    }
}
