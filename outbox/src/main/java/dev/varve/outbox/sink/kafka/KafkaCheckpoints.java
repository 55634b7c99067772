package dev.varve.outbox.sink.kafka;

import dev.varve.outbox.CheckpointingSink.Checkpoint;
import dev.varve.outbox.Place;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Where a subscription's checkpoint is in Kafka: a group offset of a topic that never holds a record. Kafka forgets
 * it {@code offsets.retention.minutes} after the last commit (7 days); the subscription's own checkpoint then counts.
 */
final class KafkaCheckpoints {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final Map<String, Object> client;
    private final TopicPartition place;
    private final String group;
    private @Nullable ConsumerGroupMetadata owner;

    KafkaCheckpoints(KafkaSinkSettings settings) {
        this.client = settings.client();
        this.place = new TopicPartition(settings.checkpointTopic(), 0);
        this.group = settings.transactionalId();
    }

    /** The last commit; waits for the end of a transaction of this group. */
    Optional<Checkpoint> read() {
        try (Admin admin = Admin.create(only(AdminClientConfig.configNames()))) {
            makeTopic(admin);
        }
        Map<String, Object> settings = only(ConsumerConfig.configNames());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            owner = consumer.groupMetadata();
            @Nullable OffsetAndMetadata offset =
                    consumer.committed(Set.of(place), DEADLINE).get(place);
            return offset == null
                    ? Optional.empty()
                    : Optional.of(new Checkpoint(offset.offset(), Place.parse(offset.metadata())));
        }
    }

    private Map<String, Object> only(Set<String> names) {
        Map<String, Object> some = new HashMap<>(client);
        some.keySet().retainAll(names);
        return some;
    }

    /** Makes a checkpoint part of the producer's transaction. */
    void write(Producer<?, ?> producer, Checkpoint checkpoint) {
        if (owner == null) {
            throw new IllegalStateException("the checkpoint was not read before the first commit");
        }
        String read = checkpoint.read().map(Place::toString).orElse("");
        producer.sendOffsetsToTransaction(Map.of(place, new OffsetAndMetadata(checkpoint.position(), read)), owner);
    }

    private void makeTopic(Admin admin) {
        Collection<String> topics = answer(admin.listTopics().names());
        if (topics.contains(place.topic())) {
            return;
        }
        NewTopic topic = new NewTopic(place.topic(), Optional.of(1), Optional.empty())
                .configs(Map.of("cleanup.policy", "compact"));
        try {
            answer(admin.createTopics(List.of(topic)).all());
        } catch (TopicExistsException e) {
            // Another node was quicker, which is as good.
            return;
        }
    }

    private <T> T answer(KafkaFuture<T> question) {
        try {
            return question.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka
                    ? kafka
                    : new KafkaException("the checkpoint of " + group + " could not be read", e);
        } catch (TimeoutException e) {
            throw new KafkaException(
                    "Kafka did not answer for the checkpoint of %s within %s".formatted(group, DEADLINE), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while reading the checkpoint of " + group, e);
        }
    }
}
