package dev.varve.eventstore.axon;

import dev.varve.eventstore.axon.PostgresEventStorageEngine.Loaded;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.axonframework.eventsourcing.AggregateDeletedException;
import org.axonframework.eventsourcing.AggregateFactory;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.NoSnapshotTriggerDefinition;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.ScopeDescriptor;
import org.axonframework.modelling.command.Aggregate;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.ConflictingAggregateVersionException;
import org.axonframework.modelling.command.Repository;
import org.axonframework.modelling.command.RepositoryProvider;
import org.axonframework.modelling.command.inspection.AggregateModel;
import org.jspecify.annotations.Nullable;

/** The aggregates of the batch that the unit of work belongs to: what was loaded for it, and what it began. */
final class BatchRepository<T> implements Repository<T> {

    private static final RepositoryProvider NO_OTHERS = new RepositoryProvider() {
        @Override
        public <A> Repository<A> repositoryFor(Class<A> aggregateType) {
            throw new UnsupportedOperationException("an aggregate in a batch of commands cannot begin another");
        }
    };

    private final AggregateModel<T> model;
    private final AggregateFactory<T> factory;

    BatchRepository(AggregateModel<T> model, AggregateFactory<T> factory) {
        this.model = model;
        this.factory = factory;
    }

    @Override
    public Aggregate<T> load(String aggregateIdentifier) {
        return load(aggregateIdentifier, null);
    }

    @Override
    public Aggregate<T> load(String aggregateIdentifier, @Nullable Long expectedVersion) {
        CommandBatch batch = CommandBatch.current();
        EventSourcedAggregate<T> aggregate = atHand(batch, aggregateIdentifier)
                .orElseThrow(() -> new AggregateNotFoundException(aggregateIdentifier, "There is no such stream"));
        if (expectedVersion != null && !expectedVersion.equals(aggregate.version())) {
            throw new ConflictingAggregateVersionException(aggregateIdentifier, expectedVersion, aggregate.version());
        }
        return aggregate;
    }

    @Override
    public Aggregate<T> loadOrCreate(String aggregateIdentifier, Callable<T> factoryMethod) throws Exception {
        CommandBatch batch = CommandBatch.current();
        Optional<EventSourcedAggregate<T>> known = atHand(batch, aggregateIdentifier);
        if (known.isPresent()) {
            return known.get();
        }
        EventSourcedAggregate<T> begun = begin(batch, factoryMethod);
        batch.keep(aggregateIdentifier, begun);
        return begun;
    }

    @Override
    public Aggregate<T> newInstance(Callable<T> factoryMethod) throws Exception {
        return newInstance(factoryMethod, begun -> {});
    }

    @Override
    public Aggregate<T> newInstance(Callable<T> factoryMethod, Consumer<Aggregate<T>> initMethod) throws Exception {
        CommandBatch batch = CommandBatch.current();
        EventSourcedAggregate<T> begun = begin(batch, factoryMethod);
        initMethod.accept(begun);
        if (begun.identifierAsString() != null) {
            batch.keep(begun.identifierAsString(), begun);
        }
        return begun;
    }

    private EventSourcedAggregate<T> begin(CommandBatch batch, Callable<T> factoryMethod) throws Exception {
        return EventSourcedAggregate.initialize(
                factoryMethod, model, batch, NO_OTHERS, NoSnapshotTriggerDefinition.TRIGGER);
    }

    @SuppressWarnings("unchecked") // a stream belongs to one type of aggregate
    private Optional<EventSourcedAggregate<T>> atHand(CommandBatch batch, String stream) {
        EventSourcedAggregate<?> known = batch.aggregate(stream);
        Optional<EventSourcedAggregate<T>> aggregate = known == null
                ? batch.stored(stream).map(stored -> restore(batch, stream, stored))
                : Optional.of((EventSourcedAggregate<T>) known);
        if (aggregate.isPresent() && aggregate.get().isDeleted()) {
            throw new AggregateDeletedException(stream);
        }
        return aggregate;
    }

    private EventSourcedAggregate<T> restore(CommandBatch batch, String stream, Loaded stored) {
        EventSourcedAggregate<T> aggregate = EventSourcedAggregate.initialize(
                factory.createAggregateRoot(stream, stored.events().peek()),
                model,
                batch,
                NO_OTHERS,
                NoSnapshotTriggerDefinition.TRIGGER);
        aggregate.initializeState(stored.events());
        batch.keep(stream, aggregate);
        return aggregate;
    }

    /** Nothing is sent to an aggregate of a batch from elsewhere. */
    @Override
    public boolean canResolve(ScopeDescriptor scopeDescription) {
        return false;
    }

    @Override
    public void send(Message<?> message, ScopeDescriptor scopeDescription) {
        throw new UnsupportedOperationException("an aggregate in a batch of commands takes no messages from elsewhere");
    }
}
