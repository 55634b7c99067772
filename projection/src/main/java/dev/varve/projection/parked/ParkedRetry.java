package dev.varve.projection.parked;

import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.projection.Applying;
import dev.varve.projection.Fault;
import dev.varve.projection.LeftOut;
import dev.varve.projection.Operator;
import dev.varve.projection.Projection;
import dev.varve.projection.ProjectionFailed;
import dev.varve.projection.RecordedEvent;
import dev.varve.projection.RecordedMessages;
import dev.varve.projection.RowWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.deadletter.jdbc.JdbcSequencedDeadLetterQueue;
import org.axonframework.messaging.deadletter.DeadLetter;
import org.jspecify.annotations.Nullable;

/** Applies parked events again, in their order, by the code that is here. */
public final class ParkedRetry {

    private static final int AT_ONCE = 1_000;

    private final Map<String, Projection<?>> projections;
    private final ParkedEvents parked;
    private final DeadLetterQueues queues;
    private final TransactionManager transactions;
    private final RowWriter writer = new RowWriter();

    ParkedRetry(
            Map<String, Projection<?>> projections,
            ParkedEvents parked,
            DeadLetterQueues queues,
            TransactionManager transactions) {
        this.projections = Map.copyOf(projections);
        this.parked = parked;
        this.queues = queues;
        this.transactions = transactions;
    }

    /**
     * What became of a retry.
     *
     * @param applied events that wait no more
     * @param waiting events of the sequences tried that still wait
     */
    public record Retried(long applied, long waiting) {

        private Retried plus(Retried other) {
            return new Retried(applied + other.applied, waiting + other.waiting);
        }
    }

    /** Refuses a name that no projection has. */
    public void require(String projection) {
        Projection<?> unused = known(projection);
    }

    private Projection<?> known(String name) {
        Projection<?> known = projections.get(name);
        if (known == null) {
            throw ParkedRefused.unknown("there is no projection of that name; there are %s"
                    .formatted(projections.keySet().stream().sorted().toList()));
        }
        return known;
    }

    /** Tries all that is parked of a projection; what fails again keeps waiting, with its new cause. */
    public Retried all(String projection, Operator operator) {
        Retried sum = new Retried(0, 0);
        for (ParkedSequence sequence : parked.list(projection, AT_ONCE)) {
            sum = sum.plus(retry(projection, sequence.sequence(), null, operator));
        }
        return sum;
    }

    /**
     * Tries a sequence in its order, up to the first event that fails again.
     *
     * @param eventId only this one, which has to be the first that waits; null for the whole sequence
     */
    public Retried sequence(String projection, String sequence, @Nullable String eventId, Operator operator) {
        Retried retried = retry(projection, sequence, eventId, operator);
        if (retried.applied() + retried.waiting() == 0) {
            throw ParkedRefused.unknown("projection %s has parked nothing of that sequence".formatted(projection));
        }
        return retried;
    }

    private Retried retry(String projection, String sequence, @Nullable String eventId, Operator operator) {
        Projection<?> known = known(projection);
        return transactions.fetchInTransaction(() -> {
            try (Connection connection = queues.connection()) {
                SequenceLock.take(projection, Set.of(sequence), connection);
                Retried retried = retry(known, sequence, eventId, connection);
                OperatorActions.record(
                        connection,
                        new OperatorAction(
                                operator.actor(),
                                "projection.retry",
                                projection,
                                operator.reason(),
                                Map.of(
                                        "sequence",
                                        sequence,
                                        "applied",
                                        retried.applied(),
                                        "waiting",
                                        retried.waiting())));
                return retried;
            } catch (SQLException e) {
                throw new ProjectionFailed("could not retry parked events of " + projection, e);
            }
        });
    }

    private <E> Retried retry(
            Projection<E> projection, String sequence, @Nullable String eventId, Connection connection)
            throws SQLException {
        JdbcSequencedDeadLetterQueue<EventMessage<?>> queue = queues.of(projection.name());
        List<DeadLetter<? extends EventMessage<?>>> letters = new ArrayList<>();
        queue.deadLetterSequence(sequence).forEach(letters::add);
        if (letters.isEmpty()) {
            return new Retried(0, 0);
        }
        int tried = letters.size();
        if (eventId != null) {
            if (!letters.getFirst().message().getIdentifier().equals(eventId)) {
                throw ParkedRefused.notNow("event %s is not the first that waits of its sequence; that is %s"
                        .formatted(eventId, letters.getFirst().message().getIdentifier()));
            }
            tried = 1;
        }
        IdentityHashMap<RecordedEvent<E>, DeadLetter<? extends EventMessage<?>>> sources = new IdentityHashMap<>();
        List<RecordedEvent<E>> events = new ArrayList<>(tried);
        for (DeadLetter<? extends EventMessage<?>> letter : letters.subList(0, tried)) {
            RecordedEvent<E> event = RecordedMessages.recorded(letter.message(), projection.eventType());
            sources.put(event, letter);
            events.add(event);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(Applying.SAVEPOINT);
        }
        List<LeftOut<E>> left = new Applying<>(projection, writer)
                .apply(events, Set.of(), connection)
                .leftOut();
        Set<DeadLetter<?>> waiting = new HashSet<>();
        for (LeftOut<E> leftOut : left) {
            DeadLetter<? extends EventMessage<?>> letter = sources.get(leftOut.event());
            if (letter != null) {
                waiting.add(letter);
                Fault fault = leftOut.fault();
                if (fault != null) {
                    queue.requeue(
                            letter,
                            again -> again.withCause(DeadLetterParking.cause(fault))
                                    .markTouched());
                }
            }
        }
        letters.subList(0, tried).stream()
                .filter(letter -> !waiting.contains(letter))
                .forEach(queue::evict);
        int applied = tried - waiting.size();
        return new Retried(applied, letters.size() - applied);
    }
}
