package dev.varve.projection;

import dev.varve.projection.Parking.Letter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.Segment;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Offers a projection the events of Axon's streaming processor.
 *
 * <p>The processor handles a batch of events in one unit of work. They are gathered in it, and projected and written
 * while it prepares its commit, where the processor stores its token too: rows, token and what had to be parked are in
 * one transaction, and stand or fall together.
 */
final class LiveProjection<E> implements EventHandlerInvoker {

    private static final Logger LOG = LoggerFactory.getLogger(LiveProjection.class);

    private final Projection<E> projection;
    private final Applying<E> applying;
    private final Parking parking;
    private final DataSource dataSource;
    private final Runnable committed;
    private final String resource;

    /**
     * @param dataSource the one that the processor's transactions are of
     * @param committed run after each commit of a batch
     */
    LiveProjection(
            Projection<E> projection, RowWriter writer, Parking parking, DataSource dataSource, Runnable committed) {
        this.projection = projection;
        this.applying = new Applying<>(projection, writer);
        this.parking = parking;
        this.dataSource = dataSource;
        this.committed = committed;
        this.resource = "events of " + projection.name();
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
        if (canHandle(message, segment)) {
            gathered(CurrentUnitOfWork.get().root()).add(message);
        }
    }

    private List<EventMessage<?>> gathered(UnitOfWork<?> unitOfWork) {
        return unitOfWork.getOrComputeResource(resource, name -> {
            List<EventMessage<?>> messages = new ArrayList<>();
            unitOfWork.onPrepareCommit(committing -> write(messages));
            unitOfWork.afterCommit(done -> committed.run());
            return messages;
        });
    }

    private void write(List<EventMessage<?>> messages) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            write(messages, connection);
        } catch (SQLException e) {
            throw new ProjectionFailed(
                    "projection %s could not write the changes of %d events"
                            .formatted(projection.name(), messages.size()),
                    e);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private void write(List<EventMessage<?>> messages, Connection connection) throws SQLException {
        IdentityHashMap<RecordedEvent<E>, EventMessage<?>> sources = new IdentityHashMap<>();
        List<RecordedEvent<E>> events = new ArrayList<>(messages.size());
        for (EventMessage<?> message : messages) {
            RecordedEvent<E> event = RecordedMessages.recorded(message, projection.eventType());
            events.add(event);
            sources.put(event, message);
        }
        List<LeftOut<E>> leftOut =
                applying.apply(events, parked(events, connection), connection).leftOut();
        if (!leftOut.isEmpty()) {
            List<Letter> letters = new ArrayList<>(leftOut.size());
            for (LeftOut<E> left : leftOut) {
                EventMessage<?> message = sources.get(left.event());
                if (message != null) {
                    letters.add(new Letter(applying.sequenceOf(left.event()), message, left.fault()));
                }
            }
            parking.park(projection.name(), letters);
            leftOut.forEach(this::log);
        }
    }

    private Set<String> parked(List<RecordedEvent<E>> events, Connection connection) throws SQLException {
        Set<String> parked = parking.look(projection.name(), connection);
        if (parked.isEmpty()) {
            return parked;
        }
        Set<String> concerned = new HashSet<>();
        for (RecordedEvent<E> event : events) {
            String sequence = applying.sequenceOf(event);
            if (parked.contains(sequence)) {
                concerned.add(sequence);
            }
        }
        return concerned.isEmpty() ? concerned : parking.hold(projection.name(), concerned, connection);
    }

    private void log(LeftOut<E> left) {
        Fault fault = left.fault();
        if (fault != null) {
            LOG.error(
                    "projection={} event=parked position={} event_id={} cause={} where=\"{}\"",
                    projection.name(),
                    left.event().position(),
                    left.event().eventId(),
                    fault.type(),
                    fault.text());
        }
    }

    /** A reset would empty nothing here: rows are made anew beside, never in place. */
    @Override
    public boolean supportsReset() {
        return false;
    }
}
