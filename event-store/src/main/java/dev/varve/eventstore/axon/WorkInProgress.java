package dev.varve.eventstore.axon;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.Appended;
import dev.varve.eventstore.NewEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;

/** What a unit of work has read of its streams, and wants written when it commits. */
final class WorkInProgress {

    private static final String KEY = WorkInProgress.class.getName();

    private final Map<String, Long> since = new HashMap<>();
    private final Set<String> missing = new HashSet<>();
    private final List<NewEvent> waiting = new ArrayList<>();
    private final Map<String, Long> cached = new HashMap<>();
    private final Map<String, AggregateCache.Kept> kept = new HashMap<>();
    private long position;
    private long version = -1;
    private int written;
    private boolean promised;
    private boolean overtaken;
    private @Nullable String commandId;

    static WorkInProgress of(UnitOfWork<?> unitOfWork) {
        return of(unitOfWork, new WorkInProgress());
    }

    /** The one that the unit of work has already, or else this. */
    static WorkInProgress of(UnitOfWork<?> unitOfWork, WorkInProgress otherwise) {
        return unitOfWork.root().getOrComputeResource(KEY, key -> otherwise);
    }

    /** Makes the unit of work write at its commit; what is registered first commits last, after all that can fail. */
    void promise(UnitOfWork<?> unitOfWork, PostgresEventStorageEngine engine) {
        if (!promised) {
            promised = true;
            unitOfWork.root().onCommit(committing -> flush(engine));
        }
    }

    private void flush(PostgresEventStorageEngine engine) {
        if (!waiting.isEmpty()) {
            List<NewEvent> events = List.copyOf(waiting);
            waiting.clear();
            written(events, engine.write(new Append(events, since, commandId)));
        }
        verify(engine);
    }

    /**
     * Asks whether the aggregates that came from the cache, and that nothing was written to, are as the log has them.
     *
     * @throws ConcurrencyException if one is not
     */
    void verify(PostgresEventStorageEngine engine) {
        cached.forEach((streamId, known) -> {
            long actual = engine.lastSequenceNumberFor(streamId).orElse(-1L);
            if (actual != known) {
                throw new ConcurrencyException(
                        "stream '%s' was known at version %d and is at version %d".formatted(streamId, known, actual));
            }
        });
        cached.clear();
    }

    void add(List<NewEvent> events) {
        waiting.addAll(events);
    }

    void written(List<NewEvent> events, Appended appended) {
        position = appended.lastPosition();
        if (appended.earlier() && commandId != null) {
            // Another attempt of this command came first; what this one made of its aggregates never happened.
            overtaken = true;
            kept.values().forEach(AggregateCache.Kept::forget);
            return;
        }
        version = events.getLast().version();
        written += events.size();
        long place = position - events.size();
        for (NewEvent event : events) {
            // Only of new ones is it known that they lie side by side.
            since.put(event.streamId(), appended.earlier() ? since.getOrDefault(event.streamId(), 0L) : ++place);
            cached.remove(event.streamId());
        }
        kept.forEach((streamId, aggregate) -> aggregate.written(since.getOrDefault(streamId, 0L)));
    }

    /** Under this id a repetition of the command is recognised when it writes. */
    void identify(String id) {
        commandId = id;
    }

    @Nullable String commandId() {
        return commandId;
    }

    /** The command was carried out before; nothing is done now. */
    void repeats(long lastPosition) {
        position = lastPosition;
    }

    /** A stream was read up to here; searching for its version may start at this position. */
    void read(String streamId, long lastPosition, long lastVersion) {
        if (lastPosition > 0) {
            since.put(streamId, lastPosition);
        }
        if (written == 0) {
            position = Math.max(position, lastPosition);
            version = lastVersion;
        }
    }

    /** An aggregate was not read, because it was at hand at this version. */
    void tookFromCache(String streamId, long lastPosition, long lastVersion) {
        read(streamId, lastPosition, lastVersion);
        cached.put(streamId, lastVersion);
    }

    /** The cache wants to know where this aggregate's events end up. */
    void keeps(String streamId, AggregateCache.Kept aggregate) {
        kept.put(streamId, aggregate);
    }

    /** A stream was asked for, and is not there. */
    void miss(String streamId) {
        missing.add(streamId);
    }

    /** Whether this work looked for the stream before it tried to begin it. */
    boolean missed(String streamId) {
        return missing.contains(streamId);
    }

    /** Whether another attempt of the same command was written instead. */
    boolean overtaken() {
        return overtaken;
    }

    /** Where a stream's last event lies that was read or written; 0 if that is not known. */
    long positionOf(String streamId) {
        return since.getOrDefault(streamId, 0L);
    }

    Map<String, Long> since() {
        return since;
    }

    CommandReceipt receipt(long knownHead, @Nullable Object result) {
        return new CommandReceipt(written > 0 ? position : Math.max(knownHead, position), version, written, result);
    }
}
