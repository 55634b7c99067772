package dev.varve.outbox.sink.kafka;

import dev.varve.outbox.Delivery;
import dev.varve.outbox.Message;
import dev.varve.outbox.Sink;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Records to Kafka, at least once: idempotent producer, all in-sync replicas, many keys on their way at once.
 *
 * <p>One message of a key is on its way at a time. The producer would keep the order of more, but not when the broker
 * refuses one of them: it then numbers the later ones anew and sends them on.
 *
 * <p>{@link #deliver} waits for the broker only where the producer has no metadata of a topic yet or its buffer is full,
 * and then for {@code max.block.ms}.
 */
final class KafkaSink implements Sink {

    private final KafkaRecords records;
    private final Producer<byte[], byte[]> producer;

    KafkaSink(KafkaSinkSettings settings) {
        this(settings, new KafkaProducer<>(settings.client()));
    }

    private KafkaSink(KafkaSinkSettings settings, Producer<byte[], byte[]> producer) {
        this.records = new KafkaRecords(settings);
        this.producer = producer;
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        ProducerRecord<byte[], byte[]> sent = records.of(message);
        Optional<String> refusal = records.refusal(sent);
        return refusal.isPresent()
                ? CompletableFuture.completedStage(new Delivery.Refused(refusal.get()))
                : send(producer, sent);
    }

    static CompletionStage<Delivery> send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> sent) {
        CompletableFuture<Delivery> answer = new CompletableFuture<>();
        try {
            Future<RecordMetadata> unused = producer.send(
                    sent,
                    (place, failure) ->
                            answer.complete(failure == null ? Delivery.DELIVERED : KafkaFailures.delivery(failure)));
        } catch (KafkaException | IllegalStateException e) {
            answer.complete(KafkaFailures.delivery(e));
        }
        return answer;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
