package dev.varve.bench;

import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.NamedEventSerializer;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.DepartureEvent.DepartureCancelled;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.DepartureEvent.DepartureOnTime;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import dev.varve.transit.events.DepartureEvent.DeparturePlatformChanged;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.LineEvent.LineRegistered;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The events of a departure board, the same at each call: of a hundred, one is a line's; the rest plan departures, five
 * events each on average, and change those of the last while.
 */
final class BoardEvents implements Iterable<NewEvent> {

    private static final Instant START = Instant.parse("2026-05-20T04:00:00Z");
    private static final byte[] METADATA =
            "{\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",\"actor\":\"import\"}".getBytes(StandardCharsets.UTF_8);
    private static final int ACTIVE = 20_000;

    private final int count;
    private final EventTypeRegistry types;
    private final NamedEventSerializer serializer;

    BoardEvents(int count, EventTypeRegistry types) {
        this.count = count;
        this.types = types;
        this.serializer = NamedEventSerializer.of(types);
    }

    @Override
    public Iterator<NewEvent> iterator() {
        return new Iterator<>() {
            private final SplittableRandom random = new SplittableRandom(1);
            private final List<int[]> active = new ArrayList<>();
            private int made;
            private int planned;

            @Override
            public boolean hasNext() {
                return made < count;
            }

            @Override
            public NewEvent next() {
                int n = made++;
                if (n % 100 == 0) {
                    LineId line = new LineId("line-" + n);
                    return event(
                            n, line.value(), 0, new LineRegistered(line, "U3", TransportMode.UBAHN, "swm", null, null));
                }
                if (active.isEmpty() || random.nextInt(5) == 0) {
                    int id = planned++;
                    int[] departure = {id, 0};
                    if (active.size() < ACTIVE) {
                        active.add(departure);
                    } else {
                        active.set(id % ACTIVE, departure);
                    }
                    return event(n, "dep-" + id, 0, plan(id, n));
                }
                int[] departure = active.get(random.nextInt(active.size()));
                return event(n, "dep-" + departure[0], ++departure[1], change(departure[0], n));
            }

            private DeparturePlanned plan(int id, int n) {
                return new DeparturePlanned(
                        new DepartureId("dep-" + id),
                        new StationId("de:09162:" + random.nextInt(1_200)),
                        new LineId("swm:" + random.nextInt(90)),
                        "U" + random.nextInt(9),
                        TransportMode.UBAHN,
                        "Klinikum Großhadern",
                        START.plusSeconds(n),
                        "Gleis " + random.nextInt(1, 5),
                        DepartureDetails.NONE,
                        "mvg",
                        null,
                        START.plusSeconds(n));
            }

            private Object change(int id, int n) {
                DepartureId departure = new DepartureId("dep-" + id);
                Instant at = START.plusSeconds(n);
                return switch (random.nextInt(8)) {
                    case 0 -> new DepartureOnTime(departure, at);
                    case 1 -> new DeparturePlatformChanged(departure, "Gleis 7", true, at);
                    case 2 -> new DepartureCancelled(departure, "Verzögerungen im Betriebsablauf", at);
                    default -> {
                        int seconds = random.nextInt(1, 30) * 60;
                        yield new DepartureDelayed(departure, seconds, at.plusSeconds(seconds), at);
                    }
                };
            }
        };
    }

    private NewEvent event(int n, String stream, long version, Object payload) {
        var type = types.of(payload.getClass()).orElseThrow();
        return new NewEvent(
                "00000000-0000-4000-8000-%012d".formatted(n),
                "Transit",
                stream,
                version,
                type.name(),
                String.valueOf(type.revision()),
                START.plusSeconds(n),
                serializer.serialize(payload, byte[].class).getData(),
                METADATA);
    }
}
