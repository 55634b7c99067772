package dev.varve.eventstore.axon;

import dev.varve.eventstore.AsOf;
import dev.varve.eventstore.EventLog;
import dev.varve.eventstore.LogSignals;
import java.time.Duration;
import org.axonframework.eventhandling.EventBusSpanFactory;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackingEventStream;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.AbstractEventStore;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.lifecycle.Lifecycle;
import org.axonframework.lifecycle.Phase;
import org.axonframework.monitoring.MessageMonitor;
import org.jspecify.annotations.Nullable;

/**
 * Axon's event store with one reader per node behind all processors, which are called when there is something to read
 * instead of asking for it; an aggregate is loaded with its snapshot in one round trip.
 */
public final class PostgresEventStore extends AbstractEventStore implements Lifecycle {

    private final PostgresEventStorageEngine engine;
    private final LogTail tail;

    private PostgresEventStore(Builder builder) {
        super(builder);
        this.engine = builder.engine;
        this.tail =
                new LogTail(builder.log, builder.engine, builder.signals, builder.maxPollInterval, builder.readWindow);
    }

    /**
     * What it is made from.
     *
     * @param maxPollInterval how long an idle node waits before it asks for events of other nodes
     */
    public static Builder builder(
            EventLog log, PostgresEventStorageEngine engine, LogSignals signals, Duration maxPollInterval) {
        return new Builder(log, engine, signals, maxPollInterval);
    }

    @Override
    public TrackingEventStream openStream(@Nullable TrackingToken trackingToken) {
        return tail.open(PostgresEventStorageEngine.position(trackingToken));
    }

    @Override
    public DomainEventStream readEvents(String aggregateIdentifier) {
        DomainEventStream stored;
        try {
            stored = engine.load(aggregateIdentifier);
        } catch (EventStoreException e) {
            // The database is at fault, and would be so again.
            throw e;
        } catch (RuntimeException | LinkageError e) {
            handleSnapshotReadingError(aggregateIdentifier, e);
            stored = engine.readEvents(aggregateIdentifier);
        }
        return DomainEventStream.concat(stored, DomainEventStream.of(stagedDomainEventMessages(aggregateIdentifier)));
    }

    /**
     * A stream as it was at some moment: all its events up to then, without snapshots.
     *
     * <p>An aggregate of that moment is what its {@code @EventSourcingHandler} methods make of them.
     */
    public DomainEventStream readEventsAsOf(String aggregateIdentifier, AsOf asOf) {
        return engine.loadAsOf(aggregateIdentifier, asOf);
    }

    /** Up to where this node has read for its processors; -1 before the first of them started. */
    public long tailPosition() {
        return tail.last();
    }

    @Override
    public void registerLifecycleHandlers(LifecycleRegistry lifecycle) {
        lifecycle.onShutdown(Phase.INBOUND_EVENT_CONNECTORS - 10, this::shutDownTail);
    }

    void shutDownTail() {
        tail.close();
    }

    /** As Axon's own. */
    public static final class Builder extends AbstractEventStore.Builder {

        private final EventLog log;
        private final PostgresEventStorageEngine engine;
        private final LogSignals signals;
        private final Duration maxPollInterval;
        private long readWindow = 64L << 20;

        private Builder(EventLog log, PostgresEventStorageEngine engine, LogSignals signals, Duration maxPollInterval) {
            this.log = log;
            this.engine = engine;
            this.signals = signals;
            this.maxPollInterval = maxPollInterval;
            storageEngine(engine);
        }

        /** Bytes of events kept in memory for all processors of this node together; 64 MB unless set. */
        public Builder readWindow(long bytes) {
            readWindow = bytes;
            return this;
        }

        @Override
        public Builder messageMonitor(MessageMonitor<? super EventMessage<?>> messageMonitor) {
            super.messageMonitor(messageMonitor);
            return this;
        }

        @Override
        public Builder spanFactory(EventBusSpanFactory spanFactory) {
            super.spanFactory(spanFactory);
            return this;
        }

        public PostgresEventStore build() {
            return new PostgresEventStore(this);
        }
    }
}
