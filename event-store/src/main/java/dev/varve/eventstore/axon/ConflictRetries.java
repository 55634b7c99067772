package dev.varve.eventstore.axon;

import java.util.List;
import java.util.function.LongBinaryOperator;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.gateway.RetryScheduler;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Has Axon's command gateway try again what lost a race for its stream, as {@link CommandDispatcher} does. Where aggregates
 * are kept in memory, whoever comes to a node after another one wrote meets an old copy, and that is such a race.
 *
 * <p>On the same thread, so that what is bound to it is there. Not inside a transaction or another unit of work: those end
 * with the conflict.
 */
public final class ConflictRetries implements RetryScheduler {

    private final LongBinaryOperator dice;

    /** @param dice a number from the first (inclusive) to the second (exclusive): how many nanoseconds to pause */
    public ConflictRetries(LongBinaryOperator dice) {
        this.dice = dice;
    }

    @Override
    @SuppressWarnings("rawtypes") // Axon declares it so.
    public boolean scheduleRetry(
            CommandMessage command,
            RuntimeException lastFailure,
            List<Class<? extends Throwable>[]> failures,
            Runnable dispatch) {
        int attempt = failures.size();
        if (!(lastFailure instanceof ConcurrencyException)
                || attempt >= RetryingCommandDispatcher.ATTEMPTS
                || CurrentUnitOfWork.isStarted()
                || TransactionSynchronizationManager.isActualTransactionActive()) {
            return false;
        }
        RetryingCommandDispatcher.pause(attempt, dice);
        dispatch.run();
        return true;
    }
}
