package dev.varve.eventstore.axon;

import java.util.Map;
import java.util.Optional;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.Aggregate;

/**
 * Takes snapshots of the aggregate that the unit of work has just saved, instead of loading it once more, and leaves
 * writing them to the log, which does so beside the commands.
 */
public final class StateSnapshotter implements Snapshotter {

    private final PostgresEventStorageEngine engine;
    private final Snapshotter loading;

    /** @param loading takes those whose aggregate is not at hand, or may not be as the log has it */
    public StateSnapshotter(PostgresEventStorageEngine engine, Snapshotter loading) {
        this.engine = engine;
        this.loading = loading;
    }

    @Override
    public void scheduleSnapshot(Class<?> aggregateType, String aggregateIdentifier) {
        if (!CurrentUnitOfWork.isStarted()) {
            loading.scheduleSnapshot(aggregateType, aggregateIdentifier);
            return;
        }
        UnitOfWork<?> root = CurrentUnitOfWork.get().root();
        if (root.phase().isBefore(UnitOfWork.Phase.COMMIT)) {
            root.afterCommit(committed -> take(root, aggregateType, aggregateIdentifier));
        } else {
            // Too late to know that nobody else works on the aggregate.
            loading.scheduleSnapshot(aggregateType, aggregateIdentifier);
        }
    }

    private void take(UnitOfWork<?> root, Class<?> aggregateType, String aggregateIdentifier) {
        Optional<Aggregate<?>> aggregate = saved(root, aggregateType, aggregateIdentifier);
        if (aggregate.isEmpty() || !engine.holdsWhatIsLogged(root)) {
            loading.scheduleSnapshot(aggregateType, aggregateIdentifier);
        } else if (!aggregate.get().isDeleted()) {
            engine.keepSnapshot(
                    message(aggregate.get()), WorkInProgress.of(root).positionOf(aggregateIdentifier));
        }
    }

    /** Repositories keep what they loaded with the unit of work, by its identifier. */
    private static Optional<Aggregate<?>> saved(UnitOfWork<?> root, Class<?> type, String identifier) {
        for (Object resource : root.resources().values()) {
            if (resource instanceof Map<?, ?> loaded
                    && loaded.get(identifier) instanceof Aggregate<?> aggregate
                    && type.isAssignableFrom(aggregate.rootType())) {
                return Optional.of(aggregate);
            }
        }
        return Optional.empty();
    }

    private static DomainEventMessage<?> message(Aggregate<?> aggregate) {
        return aggregate.invoke(root -> new GenericDomainEventMessage<>(
                aggregate.type(), aggregate.identifierAsString(), aggregate.version(), root));
    }
}
