package dev.varve.transit.command;

import dev.varve.command.EventSamples;
import dev.varve.transit.events.TransitEvent;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoredEventsTest {

    @ParameterizedTest
    @MethodSource("eventTypes")
    void every_event_reads_its_sample_and_writes_it_again(Class<?> event) throws IOException {
        EventSamples.assertReadAndWritten(event);
    }

    @Test
    void every_sample_has_its_event() throws IOException {
        EventSamples.assertEachHasItsEvent("transit", TransitEvent.class);
    }

    static Stream<Class<?>> eventTypes() {
        return EventSamples.typesBelow(TransitEvent.class);
    }
}
