package dev.varve.outbox.sink.kafka;

import dev.varve.outbox.Sink;
import dev.varve.outbox.SinkFactory;
import dev.varve.outbox.SinkSettings;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/**
 * Sinks of kind {@code kafka}. Settings:
 *
 * <ul>
 *   <li>{@code bootstrap-servers}: required.
 *   <li>{@code topic} ({@code {topic}}): where messages go; {@code {topic}}, {@code {context}} and {@code {type}} stand for
 *       the message's own. The record's key is the message's key, so Kafka's partitions keep the order.
 *   <li>{@code format} ({@code binary}): CloudEvents binary mode, attributes as {@code ce_} headers and the payload as the
 *       value; or {@code structured}, everything as one JSON value.
 *   <li>{@code guarantee} ({@code at-least-once}): or {@code transactional}, where the checkpoint is committed with the
 *       records and {@code read_committed} consumers see each message once. Costs a transaction for each checkpoint; what
 *       is under way becomes readable with it.
 *   <li>{@code checkpoint-topic} ({@code varve.outbox.checkpoint}): for {@code transactional} only, the topic that
 *       checkpoints are filed under, as group offsets; created with one partition where it is missing.
 *   <li>{@code source} ({@code urn:varve:{context}}) and {@code schema-base}: CloudEvents {@code source}, and what {@code
 *       dataschema} begins with.
 *   <li>{@code client.*}: anything of Kafka's producer, for example {@code client.security.protocol}; not {@code acks},
 *       idempotence and what else order and safety hang on.
 * </ul>
 */
public final class KafkaSinkFactory implements SinkFactory {

    @Override
    public String kind() {
        return "kafka";
    }

    @Override
    public Set<String> secrets() {
        return KafkaSinkSettings.SECRETS;
    }

    @Override
    public List<String> violations(SinkSettings settings) {
        return KafkaSinkSettings.violations(settings);
    }

    @Override
    public boolean knows(String setting) {
        return KafkaSinkSettings.knows(setting);
    }

    @Override
    public Sink open(SinkSettings settings) {
        KafkaSinkSettings kafka = KafkaSinkSettings.of(settings);
        try {
            return switch (kafka.guarantee()) {
                case AT_LEAST_ONCE -> new KafkaSink(kafka);
                case TRANSACTIONAL -> new TransactionalKafkaSink(kafka);
            };
        } catch (KafkaException e) {
            throw new KafkaException(KafkaFailures.reason(e), e);
        }
    }
}
