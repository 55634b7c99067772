package dev.varve.eventstore.axon;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.axon.PostgresEventStorageEngine.Loaded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.axonframework.common.Registration;
import org.axonframework.eventhandling.EventBus;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.messaging.MessageDispatchInterceptor;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;

/** The aggregates and events of a batch on its way. Stands for the event bus where its aggregates publish. */
final class CommandBatch implements EventBus {

    /** Where a unit of work keeps the batch it belongs to. */
    static final String KEY = CommandBatch.class.getName();

    private final PostgresEventStorageEngine engine;
    private final Map<String, Optional<Loaded>> loaded;
    private final Map<String, EventSourcedAggregate<?>> aggregates = new HashMap<>();
    /** Streams that single commands must see to. */
    private final Set<String> leftOut = new HashSet<>();

    private final List<NewEvent> accepted = new ArrayList<>();
    private final List<EventMessage<?>> published = new ArrayList<>();
    private long bytes;

    /** @param loaded the streams that are there */
    CommandBatch(PostgresEventStorageEngine engine, Map<String, Optional<Loaded>> loaded) {
        this.engine = engine;
        this.loaded = loaded;
    }

    static CommandBatch current() {
        return Objects.requireNonNull(CurrentUnitOfWork.get().getResource(KEY), "a batch runs its commands itself");
    }

    /** Whether the aggregate is, or would be, as the log has it and the batch left it. */
    boolean knows(String stream) {
        Optional<Loaded> found = loaded.get(stream);
        return !leftOut.contains(stream) && (found == null || found.isPresent());
    }

    @Nullable EventSourcedAggregate<?> aggregate(String stream) {
        return aggregates.get(stream);
    }

    void keep(String stream, EventSourcedAggregate<?> aggregate) {
        aggregates.put(stream, aggregate);
    }

    /** Empty for a stream that is new. */
    Optional<Loaded> stored(String stream) {
        return loaded.getOrDefault(stream, Optional.empty());
    }

    int events() {
        return accepted.size();
    }

    long bytes() {
        return bytes;
    }

    /** Takes what was published since the last command. */
    int accept() {
        for (EventMessage<?> event : published) {
            NewEvent row = engine.toRow(event);
            accepted.add(row);
            bytes += row.payload().length + row.metadata().length;
        }
        int events = published.size();
        published.clear();
        return events;
    }

    /** Drops what was published since the last command, and the aggregate, which may hold some of it. */
    void refuse(String stream) {
        published.clear();
        leftOut.add(stream);
    }

    void write() {
        if (accepted.isEmpty()) {
            return;
        }
        Map<String, Long> since = new HashMap<>();
        loaded.forEach((stream, found) -> found.ifPresent(stored -> since.put(stream, stored.lastPosition())));
        engine.write(new Append(accepted, since, null));
    }

    @Override
    public void publish(List<? extends EventMessage<?>> events) {
        published.addAll(events);
    }

    /** Refused: nobody hears of events before they are in the log. */
    @Override
    public Registration subscribe(Consumer<List<? extends EventMessage<?>>> messageProcessor) {
        throw new UnsupportedOperationException("a batch of commands has no subscribers");
    }

    /** Refused: it publishes nothing. */
    @Override
    public Registration registerDispatchInterceptor(MessageDispatchInterceptor<? super EventMessage<?>> interceptor) {
        throw new UnsupportedOperationException("a batch of commands has no interceptors");
    }
}
