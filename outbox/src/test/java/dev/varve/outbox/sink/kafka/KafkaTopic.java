package dev.varve.outbox.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads a topic from its beginning to where it ends now. */
final class KafkaTopic {

    private static final Duration POLL = Duration.ofMillis(200);

    private KafkaTopic() {}

    /** What consumers see that read committed, once every transaction has ended. */
    static List<ConsumerRecord<String, byte[]>> records(String brokers, String topic) {
        return records(brokers, topic, new ByteArrayDeserializer());
    }

    static <T> List<ConsumerRecord<String, T>> records(String brokers, String topic, Deserializer<T> values) {
        // A committed transaction becomes readable a little after its commit.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> ends(brokers, topic, "read_committed").equals(ends(brokers, topic, "read_uncommitted")));
        return committed(brokers, topic, values);
    }

    /** What consumers see that read committed, while a transaction may be open. */
    static List<ConsumerRecord<String, byte[]>> committed(String brokers, String topic) {
        return committed(brokers, topic, new ByteArrayDeserializer());
    }

    private static Map<TopicPartition, Long> ends(String brokers, String topic, String isolation) {
        try (var consumer = consumer(brokers, isolation, new ByteArrayDeserializer())) {
            return consumer.endOffsets(partitions(consumer, topic));
        }
    }

    private static <T> KafkaConsumer<String, T> consumer(String brokers, String isolation, Deserializer<T> values) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "isolation.level", isolation), new StringDeserializer(), values);
    }

    private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    private static <T> List<ConsumerRecord<String, T>> committed(String brokers, String topic, Deserializer<T> values) {
        List<ConsumerRecord<String, T>> found = new ArrayList<>();
        try (var consumer = consumer(brokers, "read_committed", values)) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(found::add);
            }
        }
        return found;
    }

    static List<UUID> ids(List<? extends ConsumerRecord<String, byte[]>> records) {
        return records.stream().map(KafkaTopic::id).toList();
    }

    static UUID id(ConsumerRecord<?, ?> sent) {
        return UUID.fromString(header(sent, "ce_id"));
    }

    static String header(ConsumerRecord<?, ?> sent, String name) {
        return new String(sent.headers().lastHeader(name).value(), UTF_8);
    }
}
