package dev.varve.eventstore.axon;

import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.StreamConflictException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongBinaryOperator;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandExecutionException;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;

/**
 * Dispatches over Axon's command bus and, as an interceptor of it, learns what each command wrote.
 *
 * <p>Must be the first interceptor: what is registered first with a unit of work commits last.
 */
public final class RetryingCommandDispatcher
        implements CommandDispatcher, MessageHandlerInterceptor<CommandMessage<?>> {

    static final int ATTEMPTS = 5;

    private static final long FIRST_PAUSE_NANOS = 1_000_000;

    private final CommandBus commandBus;
    private final PostgresEventStorageEngine engine;
    private final LogSignals signals;
    private final LongBinaryOperator dice;
    private final Map<String, WorkInProgress> running = new ConcurrentHashMap<>();

    /**
     * Made once, with what every dispatch uses.
     *
     * @param dice a number from the first (inclusive) to the second (exclusive): how many nanoseconds to pause
     */
    public RetryingCommandDispatcher(
            CommandBus commandBus, PostgresEventStorageEngine engine, LogSignals signals, LongBinaryOperator dice) {
        this.commandBus = commandBus;
        this.engine = engine;
        this.signals = signals;
        this.dice = dice;
    }

    @Override
    public CommandReceipt dispatch(Object command) {
        for (int attempt = 1; ; attempt++) {
            WorkInProgress work = new WorkInProgress();
            try {
                return dispatchOnce(command, work);
            } catch (ConcurrencyException | AggregateStreamCreationException e) {
                if (attempt == ATTEMPTS || !canSucceedLater(e, work)) {
                    throw e;
                }
                pause(attempt, dice);
            }
        }
    }

    static void pause(int attempt, LongBinaryOperator dice) {
        long bound = FIRST_PAUSE_NANOS << attempt;
        LockSupport.parkNanos(dice.applyAsLong(bound / 2, bound));
    }

    /** A stream that is there will not go away; only a handler that looked first may find it then, and do otherwise. */
    private static boolean canSucceedLater(RuntimeException lost, WorkInProgress work) {
        return lost instanceof ConcurrencyException
                || (lost.getCause() instanceof StreamConflictException conflict && work.missed(conflict.streamId()));
    }

    private CommandReceipt dispatchOnce(Object command, WorkInProgress work) {
        CommandMessage<Object> message = GenericCommandMessage.asCommandMessage(command);
        CompletableFuture<CommandResultMessage<?>> answer = new CompletableFuture<>();
        running.put(message.getIdentifier(), work);
        try {
            commandBus.dispatch(message, (sent, result) -> answer.complete(result));
            CommandResultMessage<?> result = answer.join();
            if (result.isExceptional()) {
                throw asUnchecked(result.exceptionResult());
            }
            return work.receipt(signals.knownHead(), result.getPayload());
        } finally {
            running.remove(message.getIdentifier());
        }
    }

    static RuntimeException asUnchecked(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> new CommandExecutionException(String.valueOf(thrown.getMessage()), thrown);
        };
    }

    @Override
    public @Nullable Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain)
            throws Exception {
        @Nullable WorkInProgress awaited = running.get(unitOfWork.getMessage().getIdentifier());
        WorkInProgress work = WorkInProgress.of(unitOfWork, awaited == null ? new WorkInProgress() : awaited);
        Object commandId = unitOfWork.getMessage().getMetaData().get(COMMAND_ID);
        if (commandId != null) {
            OptionalLong earlier = engine.receipt(commandId.toString());
            if (earlier.isPresent()) {
                work.repeats(earlier.getAsLong());
                return null;
            }
            work.identify(commandId.toString());
        }
        work.promise(unitOfWork, engine);
        try {
            return chain.proceed();
        } catch (Exception rejected) {
            throw unlessStale(rejected, work);
        }
    }

    /** A rejection counts only if the aggregates that gave it were as the log has them. */
    private Exception unlessStale(Exception rejected, WorkInProgress work) {
        try {
            work.verify(engine);
            return rejected;
        } catch (RuntimeException stale) {
            stale.addSuppressed(rejected);
            return stale;
        }
    }
}
