package dev.varve.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.events.EventType;
import dev.varve.eventstore.axon.JsonShapes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of every event of a context that the log may contain: one sample for each event type, with every field
 * filled.
 *
 * <p>A sample is never edited. A change that needs another JSON is a new revision with a sample of its own.
 */
public final class EventSamples {

    private static final Path FOLDER = Path.of("src/test/resources/events");

    /** As the event serializer does it. */
    private static final JsonMapper MAPPER = JsonShapes.INSTANCE.mapper();

    private EventSamples() {}

    /** All event types below a sealed type. */
    public static Stream<Class<?>> typesBelow(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(EventSamples::typesBelow)
                : Stream.of(type);
    }

    /** The event reads its sample, and writes it again. */
    public static void assertReadAndWritten(Class<?> event) throws IOException {
        try (InputStream sample = EventSamples.class.getResourceAsStream("/events/" + sampleOf(event))) {
            assertThat(sample).as("a sample %s", sampleOf(event)).isNotNull();
            JsonNode stored = MAPPER.readTree(sample);
            Object read = MAPPER.treeToValue(stored, event);
            assertThat(MAPPER.readTree(MAPPER.writeValueAsBytes(read))).isEqualTo(stored);
        }
    }

    /**
     * Every sample of a context has its event.
     *
     * @param context the first word of its event types
     */
    public static void assertEachHasItsEvent(String context, Class<?> events) throws IOException {
        try (Stream<Path> samples = Files.list(FOLDER)) {
            assertThat(samples.map(Path::getFileName)
                            .map(Path::toString)
                            .filter(name -> name.startsWith(context + ".")))
                    .containsExactlyInAnyOrderElementsOf(
                            typesBelow(events).map(EventSamples::sampleOf).toList());
        }
    }

    private static String sampleOf(Class<?> event) {
        EventType type = Objects.requireNonNull(event.getAnnotation(EventType.class), event + " has no @EventType");
        return type.value() + "." + type.revision() + ".json";
    }
}
