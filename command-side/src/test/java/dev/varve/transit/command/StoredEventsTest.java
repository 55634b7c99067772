package dev.varve.transit.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.varve.events.EventType;
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.RouteSnapshotId;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransitEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds the JSON of every event that the log may contain: one sample for each event type, with every field filled.
 *
 * <p>A sample is never edited. A change that needs another JSON is a new revision with a sample of its own.
 */
class StoredEventsTest {

    private static final Path SAMPLES = Path.of("src/test/resources/events");

    /** As the event serializer does: ids are bare values, unknown properties are ignored. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addMixIn(StationId.class, BareValue.class)
            .addMixIn(LineId.class, BareValue.class)
            .addMixIn(DepartureId.class, BareValue.class)
            .addMixIn(RouteSnapshotId.class, BareValue.class)
            .addMixIn(IngestionRunId.class, BareValue.class)
            .build();

    @ParameterizedTest
    @MethodSource("eventTypes")
    void every_event_reads_its_sample_and_writes_it_again(Class<?> event) throws IOException {
        try (InputStream sample = getClass().getResourceAsStream("/events/" + sampleOf(event))) {
            assertThat(sample).as("a sample %s", sampleOf(event)).isNotNull();
            JsonNode stored = MAPPER.readTree(sample);
            Object read = MAPPER.treeToValue(stored, event);
            assertThat(MAPPER.readTree(MAPPER.writeValueAsBytes(read))).isEqualTo(stored);
        }
    }

    @Test
    void every_sample_has_its_event() throws IOException {
        try (Stream<Path> samples = Files.list(SAMPLES)) {
            assertThat(samples.map(Path::getFileName).map(Path::toString).filter(name -> name.startsWith("transit.")))
                    .containsExactlyInAnyOrderElementsOf(
                            eventTypes().map(StoredEventsTest::sampleOf).toList());
        }
    }

    static Stream<Class<?>> eventTypes() {
        return permitted(TransitEvent.class);
    }

    private static Stream<Class<?>> permitted(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(StoredEventsTest::permitted)
                : Stream.of(type);
    }

    private static String sampleOf(Class<?> event) {
        EventType type = Objects.requireNonNull(event.getAnnotation(EventType.class), event + " has no @EventType");
        return type.value() + "." + type.revision() + ".json";
    }

    private record BareValue(@JsonValue String value) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        BareValue {}
    }
}
