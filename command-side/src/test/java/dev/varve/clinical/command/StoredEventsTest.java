package dev.varve.clinical.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.clinical.events.ClinicalEvent;
import dev.varve.events.EventType;
import dev.varve.eventstore.axon.JsonShapes;
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

    /** As the event serializer does it. */
    private static final JsonMapper MAPPER = mapper();

    private static JsonMapper mapper() {
        JsonMapper.Builder builder = JsonMapper.builder();
        JsonShapes.INSTANCE.accept(builder);
        return builder.build();
    }

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
            assertThat(samples.map(Path::getFileName).map(Path::toString).filter(name -> name.startsWith("clinical.")))
                    .containsExactlyInAnyOrderElementsOf(
                            eventTypes().map(StoredEventsTest::sampleOf).toList());
        }
    }

    static Stream<Class<?>> eventTypes() {
        return permitted(ClinicalEvent.class);
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
}
