package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.testkit.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events of every revision that was ever stored, one sample each, read through the engine and a chain of upcasters.
 *
 * <p>A sample is never edited: the log has events like it.
 */
class StoredRevisionsIT {

    record DoorOpened(String doorId, String by, int times) {}

    record DoorClosed(String doorId) {}

    private static final EventTypeRegistry REGISTRY = EventTypeRegistry.of(List.of(
            new RegisteredEvent("door.opened", 3, DoorOpened.class),
            new RegisteredEvent("door.closed", 1, DoorClosed.class)));

    /** From revision to revision, and from an event's old name to its new one. */
    private static final EventUpcaster CHAIN = new EventUpcasterChain(
            new Step("door.opened", "1", "door.opened", "2", json -> json.set("doorId", json.remove("door"))),
            new Step(
                    "door.opened",
                    "2",
                    "door.opened",
                    "3",
                    json -> json.put("by", "nobody").put("times", 1)),
            new Step("door.shut", "1", "door.closed", "1", json -> {}));

    private final HikariDataSource dataSource = new HikariDataSource();
    private PostgresEventLog log;

    @BeforeEach
    void open() {
        dataSource.setDataSource(TestDatabase.migrated().dataSource());
        dataSource.setMaximumPoolSize(4);
        log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
    }

    @AfterEach
    void close() {
        log.close();
        dataSource.close();
    }

    private PostgresEventStorageEngine engine(EventTypeRegistry registry, EventUpcaster upcasters) {
        return PostgresEventStorageEngine.builder(log)
                .eventSerializer(NamedEventSerializer.of(registry))
                .snapshotSerializer(NamedEventSerializer.of(registry))
                .upcasterChain(upcasters)
                .build();
    }

    @Test
    void every_revision_is_read_as_the_event_of_today() throws IOException {
        store("door.opened", "1");
        store("door.opened", "2");
        store("door.opened", "3");
        PostgresEventStorageEngine engine = engine(REGISTRY, CHAIN);

        List<Object> inStream = engine.readEvents("front")
                .asStream()
                .<Object>map(EventMessage::getPayload)
                .toList();
        List<Object> inLog = engine.readEvents(null, false)
                .<Object>map(EventMessage::getPayload)
                .toList();

        DoorOpened today = new DoorOpened("front", "nobody", 1);
        assertThat(inStream).containsExactly(today, today, today).isEqualTo(inLog);
    }

    @Test
    void an_event_stored_under_its_old_name_is_read_under_its_new_one() throws IOException {
        store("door.shut", "1");
        store("door.closed", "1");

        assertThat(engine(REGISTRY, CHAIN).readEvents("front").asStream().<Object>map(EventMessage::getPayload))
                .containsExactly(new DoorClosed("front"), new DoorClosed("front"));
    }

    @Test
    void a_class_may_change_its_name_and_its_package() throws IOException {
        record Unlocked(String doorId, String by, int times) {}
        store("door.opened", "3");
        EventTypeRegistry renamed =
                EventTypeRegistry.of(List.of(new RegisteredEvent("door.opened", 3, Unlocked.class)));

        assertThat(engine(renamed, CHAIN).readEvents("front").asStream().<Object>map(EventMessage::getPayload))
                .containsExactly(new Unlocked("front", "nobody", 1));
    }

    @Test
    void what_is_written_today_is_the_sample_of_its_revision() throws IOException {
        PostgresEventStorageEngine engine = engine(REGISTRY, CHAIN);
        engine.appendEvents(
                new GenericDomainEventMessage<>("door", "front", 0, new DoorOpened("front", "nobody", 1)),
                new GenericDomainEventMessage<>("door", "front", 1, new DoorClosed("front")));

        assertThat(log.readStream("front", 0, 10))
                .allSatisfy(event -> assertThat(tree(event.payload()))
                        .isEqualTo(tree(sample(event.type(), String.valueOf(event.revision())))));
    }

    @Test
    void every_sample_is_of_a_revision_that_can_be_read() throws IOException {
        try (Stream<Path> samples = Files.list(Path.of("src/test/resources/events"))) {
            for (Path sample : samples.toList()) {
                String[] parts = sample.getFileName().toString().split("\\.(?=\\d)|\\.(?=json)", -1);
                store(parts[0], parts[1]);
            }
        }

        assertThat(engine(REGISTRY, CHAIN).readEvents("front").asStream().<Object>map(EventMessage::getPayload))
                .hasSize(5)
                .allMatch(payload -> REGISTRY.of(payload.getClass()).isPresent());
    }

    @Test
    void a_change_of_type_without_a_new_revision_is_found() throws IOException {
        record Opened(int doorId, String by, int times) {}
        store("door.opened", "3");
        EventTypeRegistry changed = EventTypeRegistry.of(List.of(new RegisteredEvent("door.opened", 3, Opened.class)));

        assertThatThrownBy(() ->
                        engine(changed, CHAIN).readEvents("front").asStream().forEach(EventMessage::getPayload))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void a_field_renamed_without_a_new_revision_is_found() throws IOException {
        record Opened(String door, String by, int times) {}
        store("door.opened", "3");
        EventTypeRegistry changed = EventTypeRegistry.of(List.of(new RegisteredEvent("door.opened", 3, Opened.class)));
        NamedEventSerializer serializer = NamedEventSerializer.of(changed);

        Object read = engine(changed, CHAIN).readEvents("front").next().getPayload();

        assertThat(tree(serializer.serialize(read, byte[].class).getData()))
                .as("what comes out again")
                .isNotEqualTo(tree(sample("door.opened", "3")));
    }

    private void store(String type, String revision) throws IOException {
        long version = log.streamVersion("front").orElse(-1) + 1;
        log.append(Append.of(List.of(new NewEvent(
                UUID.randomUUID().toString(),
                "door",
                "front",
                version,
                type,
                revision,
                Instant.parse("2026-03-01T12:00:00Z"),
                sample(type, revision),
                "{}".getBytes(StandardCharsets.UTF_8)))));
    }

    private static byte[] sample(String type, String revision) throws IOException {
        return Files.readAllBytes(Path.of("src/test/resources/events", type + "." + revision + ".json"));
    }

    private static JsonNode tree(byte[] json) {
        return JsonMapper.shared().readTree(json);
    }

    /** One step from a stored name and revision to the next. */
    private static final class Step extends SingleEventUpcaster {

        private final SerializedType from;
        private final SimpleSerializedType to;
        private final UnaryOperator<JsonNode> change;

        Step(String from, String fromRevision, String to, String toRevision, Consumer<ObjectNode> change) {
            this.from = new SimpleSerializedType(from, fromRevision);
            this.to = new SimpleSerializedType(to, toRevision);
            this.change = json -> {
                change.accept((ObjectNode) json);
                return json;
            };
        }

        @Override
        protected boolean canUpcast(IntermediateEventRepresentation event) {
            return event.getType().equals(from);
        }

        @Override
        protected IntermediateEventRepresentation doUpcast(IntermediateEventRepresentation event) {
            return event.upcastPayload(to, JsonNode.class, change);
        }
    }
}
