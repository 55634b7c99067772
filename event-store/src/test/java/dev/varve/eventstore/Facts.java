package dev.varve.eventstore;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Events about nothing in particular. */
final class Facts {

    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private Facts() {}

    static NewEvent fact(String stream, long version) {
        return fact(stream, version, NOON);
    }

    static NewEvent fact(String stream, long version, Instant at) {
        return new NewEvent(
                UUID.randomUUID().toString(),
                "thing",
                stream,
                version,
                "thing.happened",
                "1",
                at,
                json("{\"n\":1}"),
                json("{}"));
    }

    static Append append(String stream, long firstVersion, int count) {
        List<NewEvent> events = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            events.add(fact(stream, firstVersion + n));
        }
        return Append.of(events);
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
