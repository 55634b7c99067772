package dev.varve.transit.query;

import static dev.varve.transit.query.Events.NOON;
import static dev.varve.transit.query.Events.departure;

import dev.varve.projection.Projection;
import dev.varve.projection.Projector;
import dev.varve.projection.RecordedEvent;
import dev.varve.testkit.TestDatabase;
import dev.varve.transit.events.DepartureEvent;
import dev.varve.transit.events.DepartureEvent.DepartureCancelled;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.DepartureEvent.DepartureOnTime;
import dev.varve.transit.events.DepartureEvent.DeparturePlatformChanged;
import dev.varve.transit.events.DepartureEvent.DepartureReinstated;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.TransitEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Many departures and what befalls them, the same for the same seed. */
final class Departures {

    private Departures() {}

    /** So many events, of a fifth as many departures, interleaved. */
    static TransitEvent[] random(long seed, int events) {
        SplittableRandom random = new SplittableRandom(seed);
        TransitEvent[] made = new TransitEvent[events];
        int known = 0;
        for (int i = 0; i < events; i++) {
            if (known == 0 || random.nextInt(5) == 0) {
                made[i] = departure("%d-%d".formatted(seed, known++), "s" + random.nextInt(20), NOON.plusSeconds(i));
            } else {
                made[i] = change(new DepartureId("%d-%d".formatted(seed, random.nextInt(known))), random);
            }
        }
        return made;
    }

    private static TransitEvent change(DepartureId id, SplittableRandom random) {
        int minutes = random.nextInt(1, 60);
        return switch (random.nextInt(5)) {
            case 0 -> new DepartureDelayed(id, minutes * 60, NOON.plusSeconds(minutes * 60L), NOON);
            case 1 -> new DepartureOnTime(id, NOON);
            case 2 -> new DeparturePlatformChanged(id, "Gleis\t" + minutes + " \\ \"a\"", true, NOON);
            case 3 -> new DepartureCancelled(id, "Störung\nim Betriebsablauf", NOON);
            default -> new DepartureReinstated(id, NOON);
        };
    }

    /** Every row of both tables, as PostgreSQL shows them. */
    static List<String> rows(DSLContext database) {
        return database.fetch("""
                SELECT 'departure ' || to_jsonb(d)::text AS line FROM transit.departure d
                UNION ALL SELECT 'history ' || to_jsonb(h)::text FROM transit.departure_history h ORDER BY line""").getValues(0, String.class);
    }

    /** The rows that the whole log makes in tables of another database, by the engine that works in place. */
    static List<String> foldedElsewhere(TransitReadModels models) {
        TestDatabase elsewhere = TestDatabase.migrated();
        Projector projector = new Projector(elsewhere.dataSource());
        Projection<DepartureEvent> projection = models.departures();
        long head = models.head();
        try (BlockingStream<TrackedEventMessage<?>> log =
                models.bean(EventStore.class).openStream(null)) {
            List<RecordedEvent<DepartureEvent>> some = new ArrayList<>();
            for (long position = 0; position < head; ) {
                TrackedEventMessage<?> message = log.nextAvailable();
                position = message.trackingToken().position().orElseThrow();
                if (message.getPayload() instanceof DepartureEvent event
                        && message instanceof DomainEventMessage<?> ofStream) {
                    some.add(new RecordedEvent<>(
                            position,
                            message.getIdentifier(),
                            ofStream.getAggregateIdentifier(),
                            ofStream.getSequenceNumber(),
                            message.getTimestamp(),
                            message.getMetaData(),
                            event));
                }
                if (some.size() == 50 || position == head) {
                    projector.apply(projection, some);
                    some.clear();
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return rows(DSL.using(elsewhere.dataSource(), SQLDialect.POSTGRES));
    }
}
