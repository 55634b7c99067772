package dev.varve.eventstore.axon;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendFailedException;
import dev.varve.eventstore.Appended;
import dev.varve.eventstore.AsOf;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.EventLogException;
import dev.varve.eventstore.EventTooLargeException;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.RecordedEvent;
import dev.varve.eventstore.StreamConflictException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventUtils;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.EventStreamUtils;
import org.axonframework.eventsourcing.eventstore.AbstractEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.eventsourcing.snapshotting.SnapshotFilter;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.NoOpEventUpcaster;
import org.jspecify.annotations.Nullable;

/**
 * Axon's storage on the log, with plain positions as tokens: no gaps, because positions are final.
 *
 * <p>In a unit of work without a database transaction the events are written when it commits, after everything else that
 * can fail. Where a Spring transaction is open on the log's own database they are written in it; one on another database
 * counts as none, and commits or rolls back after the events are written.
 */
public class PostgresEventStorageEngine extends AbstractEventStorageEngine {

    private static final int PAGE = 1_000;

    private final EventLog log;
    private final EventUpcaster upcasters;
    private final SnapshotFilter snapshotFilter;
    private final OutgoingMessages outgoing;
    private final Function<RecordedEvent, Optional<StoredType>> eventTypes;
    private final Function<RecordedEvent, Optional<StoredType>> snapshotTypes;

    protected PostgresEventStorageEngine(Builder builder) {
        super(builder);
        this.log = builder.log();
        this.upcasters = builder.upcasters;
        this.snapshotFilter = builder.filter;
        this.outgoing = builder.outgoing;
        this.eventTypes = StoredType.known(getEventSerializer(), upcasters);
        this.snapshotTypes = StoredType.known(getSnapshotSerializer(), upcasters);
    }

    public static Builder builder(EventLog log) {
        return new Builder(log);
    }

    @Override
    protected void appendEvents(List<? extends EventMessage<?>> messages, Serializer serializer) {
        if (messages.isEmpty()) {
            return;
        }
        List<NewEvent> events = messages.stream()
                .<NewEvent>map(message -> toRow(message, serializer))
                .toList();
        if (!CurrentUnitOfWork.isStarted()) {
            write(Append.of(events));
            return;
        }
        UnitOfWork<?> unitOfWork = CurrentUnitOfWork.get();
        WorkInProgress work = WorkInProgress.of(unitOfWork);
        if (log.joinsTransaction() || unitOfWork.root().phase().isAfter(UnitOfWork.Phase.PREPARE_COMMIT)) {
            work.written(events, write(new Append(events, work.since(), work.commandId())));
        } else {
            work.add(events);
            work.promise(unitOfWork, this);
        }
    }

    private NewEvent toRow(EventMessage<?> message, Serializer serializer) {
        return EventRows.toRow(message, serializer, outgoing.of(message));
    }

    /** An event as it will be written, with what goes out with it. */
    NewEvent toRow(EventMessage<?> message) {
        return toRow(message, getEventSerializer());
    }

    /** Writes now, and says what went wrong in Axon's words. */
    Appended write(Append append) {
        try {
            return log.append(append);
        } catch (StreamConflictException e) {
            if (e.expected() < 0) {
                throw new AggregateStreamCreationException(e.getMessage(), e);
            }
            throw new ConcurrencyException(e.getMessage(), e);
        } catch (AppendFailedException | EventTooLargeException | EventLogException e) {
            throw new EventStoreException(e.getMessage(), e);
        }
    }

    @Override
    protected void storeSnapshot(DomainEventMessage<?> snapshot, Serializer serializer) {
        asking(() -> {
            log.storeSnapshot(EventRows.toRow(snapshot, serializer, List.of()));
            return snapshot;
        });
    }

    /** As {@link #storeSnapshot}, but in the background; the caller goes on at once. */
    void keepSnapshot(DomainEventMessage<?> snapshot, long position) {
        log.keepSnapshot(EventRows.toRow(snapshot, getSnapshotSerializer(), List.of()), position);
    }

    /** Whether what a committed unit of work made of its aggregates is in the log, and will stay there. */
    boolean holdsWhatIsLogged(UnitOfWork<?> committed) {
        return !log.joinsTransaction() && !WorkInProgress.of(committed).overtaken();
    }

    @Override
    protected Stream<? extends DomainEventData<?>> readEventData(String identifier, long firstSequenceNumber) {
        return streamFrom(identifier, firstSequenceNumber);
    }

    private Stream<DomainEventData<byte[]>> streamFrom(String identifier, long firstVersion) {
        return Pages.of(
                        PAGE,
                        firstVersion,
                        RecordedEvent::version,
                        (version, limit) -> noted(asking(() -> log.readStream(identifier, version, limit))))
                .map(EventRows::toDomainEventData);
    }

    /** Snapshot and tail in one round trip; a snapshot that the filter refuses costs a second one. */
    DomainEventStream load(String identifier) {
        List<RecordedEvent> rows = noted(asking(() -> log.readStreamWithSnapshot(identifier, PAGE)));
        if (rows.isEmpty()) {
            if (CurrentUnitOfWork.isStarted()) {
                WorkInProgress.of(CurrentUnitOfWork.get()).miss(identifier);
            }
            return DomainEventStream.empty();
        }
        RecordedEvent first = rows.getFirst();
        if (first.position() > 0) {
            return deserialized(rows, PAGE);
        }
        DomainEventData<byte[]> snapshot = EventRows.toDomainEventData(first);
        if (!snapshotFilter.allow(snapshot)) {
            return readEvents(identifier);
        }
        DomainEventStream state = snapshotTypes
                .apply(first)
                .map(type -> DomainEventStream.of(new StoredEvent(first, type)))
                .orElseGet(() -> EventStreamUtils.upcastAndDeserializeDomainEvents(
                        Stream.of(snapshot), getSnapshotSerializer(), upcasters));
        if (state.hasNext()) {
            // Streams decode late; here and now the caller can still go back to the events.
            state.peek().getPayload();
        }
        return DomainEventStream.concat(state, deserialized(rows.subList(1, rows.size()), PAGE));
    }

    /** Where a stream ends, and its events from the first one on. */
    record Loaded(long lastPosition, DomainEventStream events) {}

    /** Those of the streams that are there, without a snapshot; of one with a snapshot there is nothing but its name. */
    Map<String, Optional<Loaded>> loadAll(List<String> identifiers) {
        List<List<RecordedEvent>> streams = asking(() -> log.readStreamsWithSnapshots(identifiers, PAGE));
        Map<String, Optional<Loaded>> loaded = new HashMap<>();
        for (int n = 0; n < identifiers.size(); n++) {
            List<RecordedEvent> rows = streams.get(n);
            if (!rows.isEmpty()) {
                boolean whole = rows.getFirst().position() > 0 && rows.size() < PAGE;
                loaded.put(
                        identifiers.get(n),
                        whole
                                ? Optional.of(new Loaded(rows.getLast().position(), deserialized(rows, PAGE)))
                                : Optional.empty());
            }
        }
        return loaded;
    }

    /** Where the events of an earlier command of this id end, if there was one that wrote any. */
    OptionalLong receipt(String commandId) {
        return asking(() -> log.receipt(commandId));
    }

    /** A stream as it was, from its first event on; snapshots are not used. */
    DomainEventStream loadAsOf(String identifier, AsOf asOf) {
        Stream<DomainEventData<byte[]>> data = Pages.of(
                        PAGE,
                        0,
                        RecordedEvent::version,
                        (version, limit) -> asking(() -> log.readStreamAsOf(identifier, asOf, version, limit)))
                .map(EventRows::toDomainEventData);
        return EventStreamUtils.upcastAndDeserializeDomainEvents(data, getEventSerializer(), upcasters);
    }

    private DomainEventStream deserialized(List<RecordedEvent> rows, int asked) {
        if (rows.size() < asked) {
            List<StoredEvent> known = known(rows, StoredEvent::new);
            if (known.size() == rows.size()) {
                return DomainEventStream.of(known);
            }
        }
        Stream<DomainEventData<byte[]>> data = rows.stream().map(EventRows::toDomainEventData);
        if (rows.size() == asked) {
            RecordedEvent last = rows.getLast();
            data = Stream.concat(data, streamFrom(last.streamId(), last.version() + 1));
        }
        return EventStreamUtils.upcastAndDeserializeDomainEvents(data, getEventSerializer(), upcasters);
    }

    /** The rows whose types are known, in order; shorter than these if one is not. */
    private <E> List<E> known(List<RecordedEvent> rows, BiFunction<RecordedEvent, StoredType, E> event) {
        List<E> events = new ArrayList<>(rows.size());
        for (RecordedEvent row : rows) {
            if (row.streamType() != null) {
                eventTypes.apply(row).ifPresent(type -> events.add(event.apply(row, type)));
            }
        }
        return events;
    }

    private static List<RecordedEvent> noted(List<RecordedEvent> rows) {
        if (!rows.isEmpty() && CurrentUnitOfWork.isStarted()) {
            RecordedEvent last = rows.getLast();
            WorkInProgress.of(CurrentUnitOfWork.get()).read(last.streamId(), last.position(), last.version());
        }
        return rows;
    }

    @Override
    protected Stream<? extends TrackedEventData<?>> readEventData(
            @Nullable TrackingToken trackingToken, boolean mayBlock) {
        return Pages.of(
                        PAGE,
                        position(trackingToken) + 1,
                        RecordedEvent::position,
                        (position, limit) -> asking(() -> log.read(position - 1, limit)))
                .map(EventRows::toTrackedEventData);
    }

    /** Events after a position, decoded as they are asked for. */
    Stream<? extends TrackedEventMessage<?>> decode(List<RecordedEvent> rows) {
        List<TrackedEventMessage<Object>> known = known(rows, StoredEvent::tracked);
        if (known.size() == rows.size()) {
            return known.stream();
        }
        return EventUtils.upcastAndDeserializeTrackedEvents(
                rows.stream().map(EventRows::toTrackedEventData), getEventSerializer(), upcasters);
    }

    static long position(@Nullable TrackingToken token) {
        return switch (token) {
            case null -> 0;
            case GlobalSequenceTrackingToken sequence -> sequence.getGlobalIndex();
            default ->
                throw new IllegalArgumentException("tokens of this event store are positions, and this is a "
                        + token.getClass().getName());
        };
    }

    @Override
    protected Stream<? extends DomainEventData<?>> readSnapshotData(String aggregateIdentifier) {
        return asking(() -> log.readStreamWithSnapshot(aggregateIdentifier, 1)).stream()
                .filter(row -> row.position() == 0)
                .map(EventRows::toDomainEventData);
    }

    @Override
    public Optional<Long> lastSequenceNumberFor(String aggregateIdentifier) {
        return asking(() -> log.streamVersion(aggregateIdentifier)).stream()
                .boxed()
                .findFirst();
    }

    @Override
    public TrackingToken createTailToken() {
        return new GlobalSequenceTrackingToken(asking(log::tail));
    }

    @Override
    public TrackingToken createHeadToken() {
        return new GlobalSequenceTrackingToken(asking(log::head));
    }

    @Override
    public TrackingToken createTokenAt(Instant dateTime) {
        return new GlobalSequenceTrackingToken(asking(() -> log.positionBefore(dateTime)));
    }

    private static <T> T asking(Supplier<T> question) {
        try {
            return question.get();
        } catch (EventLogException e) {
            throw new EventStoreException(e.getMessage(), e);
        }
    }

    /** As Axon's own, with the log to write to. */
    public static class Builder extends AbstractEventStorageEngine.Builder {

        private final EventLog log;
        private EventUpcaster upcasters = NoOpEventUpcaster.INSTANCE;
        private SnapshotFilter filter = SnapshotFilter.allowAll();
        private OutgoingMessages outgoing = OutgoingMessages.none();

        Builder(EventLog log) {
            this.log = log;
        }

        EventLog log() {
            return log;
        }

        @Override
        public Builder snapshotSerializer(Serializer snapshotSerializer) {
            super.snapshotSerializer(snapshotSerializer);
            return this;
        }

        @Override
        public Builder eventSerializer(Serializer eventSerializer) {
            super.eventSerializer(eventSerializer);
            return this;
        }

        @Override
        public Builder upcasterChain(EventUpcaster upcasterChain) {
            super.upcasterChain(upcasterChain);
            upcasters = upcasterChain;
            return this;
        }

        @Override
        public Builder snapshotFilter(SnapshotFilter snapshotFilter) {
            super.snapshotFilter(snapshotFilter);
            filter = snapshotFilter;
            return this;
        }

        /** What is written for others with each event; nothing unless set. */
        public Builder outgoingMessages(OutgoingMessages outgoingMessages) {
            outgoing = outgoingMessages;
            return this;
        }

        /** The engine; fails when a serializer is missing. */
        public PostgresEventStorageEngine build() {
            return new PostgresEventStorageEngine(this);
        }
    }
}
