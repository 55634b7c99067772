package dev.varve.outbox.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.outbox.CheckpointingSink;
import dev.varve.outbox.CheckpointingSink.Checkpoint;
import dev.varve.outbox.Delivery;
import dev.varve.outbox.Message;
import dev.varve.outbox.Place;
import dev.varve.outbox.Sink;
import dev.varve.outbox.SinkSettings;
import dev.varve.outbox.sink.HandOver;
import dev.varve.outbox.sink.Messages;
import dev.varve.outbox.sink.SinkConformance;
import dev.varve.testkit.kafka.KafkaCluster;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The Kafka sink against three brokers, each a process of its own. */
class KafkaSinkIT {

    private static final KafkaSinkFactory FACTORY = new KafkaSinkFactory();
    private static final AtomicInteger TOPICS = new AtomicInteger();
    private static KafkaCluster kafka;

    @BeforeAll
    static void start() {
        kafka = KafkaCluster.start(3);
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    private static String newTopic() {
        String topic = "topic-" + TOPICS.incrementAndGet();
        kafka.createTopic(topic, 6);
        return topic;
    }

    private static SinkSettings settings(String topic, String... more) {
        Map<String, String> values =
                new HashMap<>(Map.of("bootstrap-servers", kafka.bootstrapServers(), "topic", topic));
        for (int i = 0; i < more.length; i += 2) {
            values.put(more[i], more[i + 1]);
        }
        return new SinkSettings("subscription-of-" + topic, values);
    }

    @Nested
    class AtLeastOnce extends Conformance {
        AtLeastOnce() {
            super("at-least-once");
        }
    }

    @Nested
    class InTransactions extends Conformance {
        InTransactions() {
            super("transactional");
        }
    }

    abstract static class Conformance extends SinkConformance {

        private final String guarantee;

        Conformance(String guarantee) {
            this.guarantee = guarantee;
        }

        @Override
        protected Consumer consumer() {
            return new TopicConsumer(newTopic(), guarantee);
        }

        @Override
        protected Set<Trouble> troubles() {
            return EnumSet.of(Trouble.REFUSES);
        }
    }

    @Test
    void others_read_the_records_as_cloud_events() throws InterruptedException {
        String topic = newTopic();
        Message message = Messages.of(42, "Zürich HB");

        try (Sink sink = FACTORY.open(settings(topic, "schema-base", "https://varve.dev/schemas"))) {
            HandOver.of(sink, List.of(message));
        }

        CloudEvent event = onlyEvent(topic);
        assertThat(event.getId()).isEqualTo(message.id().toString());
        assertThat(event.getSource()).hasToString("urn:varve:transit");
        assertThat(event.getType()).isEqualTo(message.type());
        assertThat(event.getSubject()).isEqualTo("Zürich HB");
        assertThat(Objects.requireNonNull(event.getTime()).toInstant()).isEqualTo(message.recordedAt());
        assertThat(event.getDataContentType()).isEqualTo("application/json");
        assertThat(event.getDataSchema()).hasToString("https://varve.dev/schemas/" + message.type());
        assertThat(event.getExtension("sequence")).isEqualTo("0000000000000000042");
        assertThat(event.getExtension("partitionkey")).isEqualTo("Zürich HB");
        assertThat(event.getExtension("traceparent"))
                .isEqualTo(message.headers().get("traceparent"));
        assertThat(event.getExtension("correlationid")).isEqualTo("c-1");
        assertThat(dataOf(event)).isEqualTo(message.payload());
    }

    @Test
    void others_read_structured_records_too() throws InterruptedException {
        String topic = newTopic();
        Message message = Messages.of(43, "quote \" and line\n").asReplay();

        try (Sink sink =
                FACTORY.open(settings(topic, "format", "structured", "source", "https://varve.dev/{context}"))) {
            HandOver.of(sink, List.of(message));
        }

        CloudEvent event = onlyEvent(topic);
        assertThat(event.getId()).isEqualTo(message.id().toString());
        assertThat(event.getSource()).hasToString("https://varve.dev/transit");
        assertThat(event.getSubject()).isEqualTo("quote \" and line\n");
        assertThat(event.getExtension("replay")).isEqualTo("true");
        assertThat(new String(dataOf(event), UTF_8)).contains("Zürich");
    }

    private static CloudEvent onlyEvent(String topic) {
        List<ConsumerRecord<String, CloudEvent>> events =
                KafkaTopic.records(kafka.bootstrapServers(), topic, new CloudEventDeserializer());
        assertThat(events).hasSize(1);
        return events.getFirst().value();
    }

    private static byte[] dataOf(CloudEvent event) {
        return Objects.requireNonNull(event.getData()).toBytes();
    }

    @Test
    void a_broker_that_dies_during_delivery_costs_nothing() throws Exception {
        String topic = newTopic();
        List<Message> messages = Messages.over(200, 30_000);
        Set<UUID> answered = new LinkedHashSet<>();

        try (Sink sink = FACTORY.open(settings(topic))) {
            for (int from = 0; from < messages.size(); from += 3_000) {
                List<Message> part = messages.subList(from, from + 3_000);
                CompletableFuture<Void> death = from == 9_000
                        ? CompletableFuture.runAsync(() -> kafka.kill(1))
                        : CompletableFuture.completedFuture(null);
                HandOver.of(sink, part).delivered().forEach(message -> answered.add(message.id()));
                death.join();
            }
        } finally {
            kafka.restart(1);
        }

        assertThat(answered).hasSameSizeAs(messages);
        Map<String, List<UUID>> expected = new LinkedHashMap<>();
        messages.forEach(message -> expected.computeIfAbsent(message.key(), key -> new ArrayList<>())
                .add(message.id()));
        Map<String, Set<UUID>> read = new LinkedHashMap<>();
        KafkaTopic.records(kafka.bootstrapServers(), topic)
                .forEach(sent -> read.computeIfAbsent(sent.key(), key -> new LinkedHashSet<>())
                        .add(KafkaTopic.id(sent)));
        expected.forEach((key, ids) -> assertThat(read.get(key)).containsExactlyElementsOf(ids));
    }

    @Test
    void is_unavailable_where_no_broker_answers() throws InterruptedException {
        SinkSettings nobody =
                new SinkSettings("nobody", Map.of("bootstrap-servers", "127.0.0.1:1", "client.max.block.ms", "300"));

        try (Sink sink = FACTORY.open(nobody)) {
            assertThat(HandOver.of(sink, Messages.over(1, 1)).unavailable()).hasSize(1);
        }
    }

    @Nested
    class Transactions {

        private final String topic = newTopic();
        private final SinkSettings settings = settings(topic, "guarantee", "transactional");

        @Test
        void records_become_readable_with_their_checkpoint_and_not_before() throws InterruptedException {
            try (CheckpointingSink sink = open()) {
                assertThat(sink.checkpoint()).isEmpty();
                HandOver.of(sink, Messages.over(3, 30));
                assertThat(KafkaTopic.committed(kafka.bootstrapServers(), topic))
                        .isEmpty();

                assertThat(sink.commit(at(30))).isEqualTo(Delivery.DELIVERED);

                assertThat(KafkaTopic.records(kafka.bootstrapServers(), topic)).hasSize(30);
            }
            try (CheckpointingSink next = open()) {
                assertThat(next.checkpoint()).hasValue(at(30));
            }
        }

        @Test
        void a_node_that_takes_over_voids_what_was_not_committed_and_shuts_the_old_one_out()
                throws InterruptedException {
            try (CheckpointingSink zombie = open();
                    CheckpointingSink successor = open()) {
                zombie.checkpoint();
                HandOver.of(zombie, Messages.over(3, 10));
                zombie.commit(at(10));
                HandOver.of(zombie, Messages.from(11, 3, 10));

                assertThat(successor.checkpoint()).hasValue(at(10));
                assertThat(zombie.commit(at(20))).isInstanceOf(Delivery.Unavailable.class);
                HandOver.of(successor, Messages.from(11, 3, 20));
                assertThat(successor.commit(at(30))).isEqualTo(Delivery.DELIVERED);
                assertThat(HandOver.of(zombie, Messages.from(31, 3, 1)).delivered())
                        .isEmpty();
            }

            assertThat(KafkaTopic.ids(KafkaTopic.records(kafka.bootstrapServers(), topic)))
                    .containsExactlyInAnyOrderElementsOf(
                            Messages.over(3, 30).stream().map(Message::id).toList());
        }

        @Test
        void a_message_that_is_too_large_does_not_spoil_the_transaction() throws InterruptedException {
            Message large = Messages.of(2, "large", "\"" + "x".repeat(2_000_000) + "\"");

            try (CheckpointingSink sink = open()) {
                sink.checkpoint();
                HandOver.Outcome outcome =
                        HandOver.of(sink, List.of(Messages.of(1, "one"), large, Messages.of(3, "three")));

                assertThat(outcome.refused()).containsExactly(large);
                assertThat(sink.commit(at(3))).isEqualTo(Delivery.DELIVERED);
            }
            assertThat(KafkaTopic.records(kafka.bootstrapServers(), topic)).hasSize(2);
        }

        private CheckpointingSink open() {
            return (CheckpointingSink) FACTORY.open(settings);
        }
    }

    private record TopicConsumer(String topic, String guarantee) implements SinkConformance.Consumer {

        @Override
        public Sink open() {
            Sink sink = FACTORY.open(KafkaSinkIT.settings(topic, "guarantee", guarantee));
            return sink instanceof CheckpointingSink transactional ? new CommittedAtTheEnd(transactional) : sink;
        }

        @Override
        public List<SinkConformance.Received> received() {
            return KafkaTopic.records(kafka.bootstrapServers(), topic).stream()
                    .map(sent -> new SinkConformance.Received(
                            KafkaTopic.id(sent), KafkaTopic.header(sent, "ce_type"), sent.key(), text(sent)))
                    .toList();
        }

        private static String text(ConsumerRecord<String, byte[]> sent) {
            return new String(sent.value(), UTF_8);
        }

        @Override
        public Message unwanted(long position, String key) {
            return Messages.of(position, key, "\"" + "Zürich ".repeat(200_000) + "\"");
        }

        @Override
        public void close() {
            // The brokers serve all tests.
        }
    }

    private static Checkpoint at(long position) {
        return new Checkpoint(position, Place.parse(position + "-1a2b3c4d"));
    }

    /** For the rules of every sink, which know no transactions. */
    private static final class CommittedAtTheEnd implements Sink {

        private final CheckpointingSink sink;
        private boolean closed;

        CommittedAtTheEnd(CheckpointingSink sink) {
            this.sink = sink;
            sink.checkpoint();
        }

        @Override
        public CompletionStage<Delivery> deliver(Message message) {
            return sink.deliver(message);
        }

        @Override
        public int inFlightPerKey() {
            return sink.inFlightPerKey();
        }

        @Override
        public void close() {
            if (!closed) {
                assertThat(sink.commit(at(1))).isEqualTo(Delivery.DELIVERED);
            }
            closed = true;
            sink.close();
        }
    }
}
