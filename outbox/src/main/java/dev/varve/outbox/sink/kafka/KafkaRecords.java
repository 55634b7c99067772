package dev.varve.outbox.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.outbox.Message;
import dev.varve.outbox.sink.CloudEvents;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Messages as Kafka records. When it happened is CloudEvents' {@code time}; the record's own time is that of its sending,
 * because Kafka's retention goes by it, and would drop a replayed message at once that is older than the topic keeps.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">CloudEvents
 *     Kafka protocol binding 1.0.2</a>
 */
final class KafkaRecords {

    private static final String ATTRIBUTE = "ce_";
    private static final Header SPEC_VERSION = header(ATTRIBUTE + "specversion", "1.0");
    private static final Header BINARY = header("content-type", CloudEvents.DATA);
    private static final Header STRUCTURED = header("content-type", CloudEvents.JSON + "; charset=UTF-8");
    private static final int HEADER_OVERHEAD = 6;

    private final KafkaSinkSettings settings;
    private final Map<String, String> attributeHeaders = new ConcurrentHashMap<>();

    KafkaRecords(KafkaSinkSettings settings) {
        this.settings = settings;
    }

    ProducerRecord<byte[], byte[]> of(Message message) {
        byte[] key = message.key().getBytes(UTF_8);
        String topic = settings.topicOf(message);
        return switch (settings.format()) {
            case BINARY -> {
                var binary = new ProducerRecord<>(topic, key, message.payload());
                binary.headers().add(SPEC_VERSION).add(BINARY);
                settings.events()
                        .attributes(
                                message, (name, value) -> binary.headers().add(header(attributeHeader(name), value)));
                yield binary;
            }
            case STRUCTURED -> {
                var structured =
                        new ProducerRecord<>(topic, key, settings.events().json(message));
                structured.headers().add(STRUCTURED);
                yield structured;
            }
        };
    }

    private String attributeHeader(String attribute) {
        return attributeHeaders.computeIfAbsent(attribute, name -> ATTRIBUTE + name);
    }

    /**
     * Why the client would not send a record. Asked before it is tried, because a refusal inside a transaction would
     * spoil all of it.
     */
    Optional<String> refusal(ProducerRecord<byte[], byte[]> sent) {
        int size = sent.key().length + sent.value().length + size(sent.headers());
        return size > settings.largestMessage() ? Optional.of(KafkaFailures.TOO_LARGE) : Optional.empty();
    }

    private static int size(Headers headers) {
        int size = 0;
        for (Header header : headers) {
            size += header.key().length() + header.value().length + HEADER_OVERHEAD;
        }
        return size;
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }
}
