package dev.varve.projection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Offers a projection the events of Axon's streaming processor.
 *
 * <p>The processor handles a batch of events in one unit of work. Their changes are gathered in it and written while it
 * prepares its commit, where the processor stores its token too: rows and token are in one transaction, and stand or
 * fall together.
 */
final class LiveProjection<E> implements EventHandlerInvoker {

    private final Projection<E> projection;
    private final RowWriter writer;
    private final DataSource dataSource;
    private final Runnable committed;
    private final String resource;

    /**
     * @param dataSource the one that the processor's transactions are of
     * @param committed run after each commit of a batch
     */
    LiveProjection(Projection<E> projection, RowWriter writer, DataSource dataSource, Runnable committed) {
        this.projection = projection;
        this.writer = writer;
        this.dataSource = dataSource;
        this.committed = committed;
        this.resource = "changes of " + projection.name();
    }

    @Override
    public boolean canHandle(EventMessage<?> message, Segment segment) {
        return canHandleType(message.getPayloadType())
                && message instanceof DomainEventMessage<?> event
                && segment.matches(projection.sequencing().keyOf(event.getAggregateIdentifier()));
    }

    @Override
    public boolean canHandleType(Class<?> payloadType) {
        return projection.eventType().isAssignableFrom(payloadType);
    }

    @Override
    public void handle(EventMessage<?> message, Segment segment) {
        // The processor tells a batch that an event was for it, not that it was for this segment of it.
        if (!canHandle(message, segment)) {
            return;
        }
        RecordedEvent<E> event = recorded(message);
        projection.project(event, batch(CurrentUnitOfWork.get().root()).at(event.position()));
    }

    private Batch batch(UnitOfWork<?> unitOfWork) {
        return unitOfWork.getOrComputeResource(resource, name -> {
            Batch batch = new Batch();
            unitOfWork.onPrepareCommit(committing -> write(batch));
            unitOfWork.afterCommit(done -> committed.run());
            return batch;
        });
    }

    private void write(Batch batch) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            writer.write(batch, connection);
        } catch (SQLException e) {
            throw new ProjectionFailed(
                    "projection %s could not write the changes of %d events"
                            .formatted(projection.name(), batch.events()),
                    e);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private RecordedEvent<E> recorded(EventMessage<?> message) {
        if (!(message instanceof TrackedEventMessage<?> tracked)
                || !(message instanceof DomainEventMessage<?> ofStream)) {
            throw new IllegalStateException("not an event of the log: " + message.getIdentifier());
        }
        long position = tracked.trackingToken()
                .position()
                .orElseThrow(() -> new IllegalStateException("the event store gives no positions: "
                        + tracked.trackingToken().getClass()));
        Instant recordedAt = message.getTimestamp();
        return new RecordedEvent<>(
                position,
                message.getIdentifier(),
                ofStream.getAggregateIdentifier(),
                ofStream.getSequenceNumber(),
                recordedAt,
                message.getMetaData(),
                projection.eventType().cast(message.getPayload()));
    }

    /** A reset would empty nothing here: rows are made anew beside, never in place. */
    @Override
    public boolean supportsReset() {
        return false;
    }
}
