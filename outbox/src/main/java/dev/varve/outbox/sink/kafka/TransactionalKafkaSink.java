package dev.varve.outbox.sink.kafka;

import dev.varve.outbox.CheckpointingSink;
import dev.varve.outbox.Delivery;
import dev.varve.outbox.Message;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Records to Kafka in transactions that hold the checkpoint too: consumers that read committed see each message once,
 * even when a node dies between sending and checkpointing.
 *
 * <p>The checkpoint is a group offset (group and transactional id are {@code varve-outbox-<subscription>}), which the
 * broker commits or voids with the records. A node that takes over begins by {@link #checkpoint}, which ends the
 * transaction of whoever had the subscription before and shuts that node out.
 */
final class TransactionalKafkaSink implements CheckpointingSink {

    /** What a transaction gathers of one key; all of it is void when one of it fails, so its order is safe. */
    private static final int IN_FLIGHT_PER_KEY = 1_000;

    private final KafkaRecords records;
    private final KafkaCheckpoints checkpoints;
    private final Producer<byte[], byte[]> producer;
    private boolean begun;

    TransactionalKafkaSink(KafkaSinkSettings settings) {
        this.records = new KafkaRecords(settings);
        this.checkpoints = new KafkaCheckpoints(settings);
        Map<String, Object> client = new HashMap<>(settings.client());
        client.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, settings.transactionalId());
        this.producer = new KafkaProducer<>(client);
    }

    @Override
    public Optional<Checkpoint> checkpoint() {
        try {
            producer.initTransactions();
            return checkpoints.read();
        } catch (KafkaException e) {
            throw new KafkaException(KafkaFailures.reason(e), e);
        }
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        ProducerRecord<byte[], byte[]> sent = records.of(message);
        Optional<String> refusal = records.refusal(sent);
        if (refusal.isPresent()) {
            return CompletableFuture.completedStage(new Delivery.Refused(refusal.get()));
        }
        try {
            begin();
        } catch (KafkaException | IllegalStateException e) {
            return CompletableFuture.completedStage(new Delivery.Unavailable(KafkaFailures.reason(e)));
        }
        return KafkaSink.send(producer, sent);
    }

    private void begin() {
        if (!begun) {
            producer.beginTransaction();
            begun = true;
        }
    }

    @Override
    public Delivery commit(Checkpoint checkpoint) {
        try {
            begin();
            checkpoints.write(producer, checkpoint);
            producer.commitTransaction();
            begun = false;
            return Delivery.DELIVERED;
        } catch (KafkaException | IllegalStateException e) {
            return new Delivery.Unavailable(KafkaFailures.reason(e));
        }
    }

    @Override
    public int inFlightPerKey() {
        return IN_FLIGHT_PER_KEY;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
