package dev.varve.projection.rebuild;

import dev.varve.eventstore.RecordedEvent;
import dev.varve.eventstore.axon.DecodedEvent;
import dev.varve.eventstore.axon.EventDecoder;
import dev.varve.projection.Batch;
import dev.varve.projection.Fault;
import dev.varve.projection.LazyMetadata;
import dev.varve.projection.Projection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What became of a page of events: the changes of all projections, in log order.
 *
 * @param events how many of them any projection wanted
 */
record RebuildPage(Batch batch, int events) {

    /** Makes pages; by several threads at once. */
    static final class Projecting {

        private final List<Projection<?>> projections;
        private final EventDecoder decoder;
        private final ConcurrentMap<Class<?>, List<Projection<?>>> interested = new ConcurrentHashMap<>();

        Projecting(List<Projection<?>> projections, EventDecoder decoder) {
            this.projections = List.copyOf(projections);
            this.decoder = decoder;
        }

        RebuildPage of(List<RecordedEvent> rows) {
            Batch batch = new Batch();
            int events = 0;
            for (RecordedEvent row : rows) {
                // As live: an event that belongs to no stream is nobody's.
                if (row.streamType() != null) {
                    events++;
                    decode(row, batch);
                }
            }
            return new RebuildPage(batch, events);
        }

        private void decode(RecordedEvent row, Batch batch) {
            try {
                decoder.decode(row, type -> !interestedIn(type).isEmpty(), event -> project(event, batch));
            } catch (EventRefused e) {
                throw e;
            } catch (RuntimeException e) {
                throw new EventRefused("the event of type %s at position %d could not be decoded: %s"
                        .formatted(row.type(), row.position(), Fault.of(e)));
            }
        }

        private void project(DecodedEvent event, Batch batch) {
            for (Projection<?> projection : interestedIn(event.payload().getClass())) {
                try {
                    project(projection, event, batch);
                } catch (RuntimeException e) {
                    // The event's payload may be in the cause's message, and this one is shown and logged.
                    throw new EventRefused("projection %s failed at the event of type %s at position %d: %s"
                            .formatted(
                                    projection.name(),
                                    event.row().type(),
                                    event.row().position(),
                                    Fault.of(e)));
                }
            }
        }

        private static <E> void project(Projection<E> projection, DecodedEvent event, Batch batch) {
            RecordedEvent row = event.row();
            projection.project(
                    new dev.varve.projection.RecordedEvent<>(
                            row.position(),
                            row.eventId(),
                            row.streamId(),
                            row.version(),
                            row.recordedAt(),
                            new LazyMetadata(event.metadata()),
                            projection.eventType().cast(event.payload())),
                    batch.at(row.position()));
        }

        private List<Projection<?>> interestedIn(Class<?> type) {
            return interested.computeIfAbsent(
                    type,
                    asked -> projections.stream()
                            .filter(projection -> projection.eventType().isAssignableFrom(asked))
                            .toList());
        }
    }

    /** A projection or decoder could not take an event; trying again would not help. */
    static final class EventRefused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        EventRefused(String message) {
            super(message);
        }
    }
}
