package dev.varve.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.LogSignals;
import dev.varve.outbox.sink.kafka.KafkaSinkFactory;
import dev.varve.testkit.kafka.KafkaCluster;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A backlog to a real Kafka broker, which all must have acknowledged: our relay, Debezium embedded with its outbox router,
 * as it comes and tuned, and gruelbox. Debezium has its backlog in the write-ahead log behind a slot, the others in a table;
 * the messages, the server, the broker and the producer's settings are the same. A broker that holds more or less than
 * was sent fails the benchmark.
 */
final class DrainRows {

    private static final String DRAIN = "drain a backlog to Kafka, acks=all";
    private static final int MESSAGES = 500_000;
    private static final int DEBEZIUM_MESSAGES = 200_000;
    private static final int GRUELBOX_MESSAGES = 10_000;
    private static final int KEYS = 10_000;
    private static final int PARTITIONS = 6;

    private final Run run;
    private int topics;

    DrainRows(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        Contest contest = new Contest(run);
        if (!contest.wants(DRAIN)) {
            return;
        }
        try (KafkaCluster kafka = KafkaCluster.start(1)) {
            contest.measure("ours", () -> ours(kafka))
                    .measure("debezium", () -> debezium(kafka, DebeziumOutbox.AS_IT_COMES))
                    .measure("tuned", () -> debezium(kafka, DebeziumOutbox.TUNED))
                    .measure("gruelbox", () -> gruelbox(kafka))
                    .row(DRAIN, "messages/s", "ours", new Goal.AtLeast(60_000))
                    .row(DRAIN, "messages/s", "ours", "Debezium", "debezium", new Goal.RatioAtLeast(2))
                    .row(DRAIN, "messages/s", "ours", "Debezium tuned", "tuned", new Goal.RatioAtLeast(2))
                    .row(DRAIN, "messages/s", "ours", "gruelbox", "gruelbox", new Goal.RatioAtLeast(2))
                    .run();
        }
    }

    private String newTopic(KafkaCluster kafka) {
        String topic = "drain-" + ++topics;
        kafka.createTopic(topic, PARTITIONS);
        return topic;
    }

    private static void holdsExactly(int messages, String topic, KafkaCluster kafka) {
        long records = kafka.recordsIn(topic);
        if (records != messages) {
            throw new IllegalStateException("the broker has %d of %d messages".formatted(records, messages));
        }
    }

    private double ours(KafkaCluster kafka) throws Exception {
        String topic = newTopic(kafka);
        try (HikariDataSource pool = run.server().newDatabase(8)) {
            Backlog.write(pool, MESSAGES, KEYS, 0);
            Map<String, String> settings = Map.of("bootstrap-servers", kafka.bootstrapServers(), "topic", topic);
            long began = System.nanoTime();
            try (BenchRelay relay = BenchRelay.adding(pool, new LogSignals(), new KafkaSinkFactory(), settings)) {
                relay.start();
                Backlog.await("our drain", () -> relay.checkpoint() >= MESSAGES);
                double rate = Backlog.rate(MESSAGES, began);
                holdsExactly(MESSAGES, topic, kafka);
                return rate;
            }
        }
    }

    private double debezium(KafkaCluster kafka, Map<String, String> settings) throws Exception {
        String topic = newTopic(kafka);
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(DEBEZIUM_MESSAGES);
        try (HikariDataSource pool = run.server().newDatabase(2);
                Producer<byte[], byte[]> producer = producer(kafka);
                DebeziumOutbox debezium =
                        DebeziumOutbox.ofNewMessages(run.server().unpooled(pool), settings, (batch, committer) -> {
                            written.await();
                            forward(batch, committer, producer, topic);
                            batch.forEach(event -> left.countDown());
                        })) {
            debezium.awaitStart();
            Backlog.write(pool, DEBEZIUM_MESSAGES, KEYS, 0);
            long began = System.nanoTime();
            written.countDown();
            Backlog.await("Debezium's drain", () -> left.getCount() == 0);
            double rate = Backlog.rate(DEBEZIUM_MESSAGES, began);
            debezium.endAndDropSlot();
            holdsExactly(DEBEZIUM_MESSAGES, topic, kafka);
            return rate;
        }
    }

    private static void forward(
            List<ChangeEvent<String, String>> batch,
            RecordCommitter<ChangeEvent<String, String>> committer,
            Producer<byte[], byte[]> producer,
            String topic)
            throws InterruptedException {
        List<Future<?>> sent = new ArrayList<>(batch.size());
        for (ChangeEvent<String, String> event : batch) {
            sent.add(producer.send(new ProducerRecord<>(
                    topic, event.key().getBytes(UTF_8), event.value().getBytes(UTF_8))));
        }
        producer.flush();
        for (int i = 0; i < batch.size(); i++) {
            sent.get(i).resultNow();
            committer.markProcessed(batch.get(i));
        }
        committer.markBatchFinished();
    }

    private double gruelbox(KafkaCluster kafka) throws Exception {
        String topic = newTopic(kafka);
        CountDownLatch left = new CountDownLatch(GRUELBOX_MESSAGES);
        try (HikariDataSource pool = run.server().newDatabase(32);
                Producer<byte[], byte[]> producer = producer(kafka)) {
            GruelboxOutbox.fill(pool, GRUELBOX_MESSAGES, KEYS);
            try (GruelboxOutbox outbox = new GruelboxOutbox(pool, true, (key, payload) -> {
                send(producer, new ProducerRecord<>(topic, key.getBytes(UTF_8), payload.getBytes(UTF_8)));
                left.countDown();
            })) {
                long began = System.nanoTime();
                Backlog.await("gruelbox's drain", () -> !outbox.flush() && left.getCount() == 0);
                double rate = Backlog.rate(GRUELBOX_MESSAGES, began);
                holdsExactly(GRUELBOX_MESSAGES, topic, kafka);
                return rate;
            }
        }
    }

    /** The call is done when the broker has it; only then may the library forget it. */
    private static void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> sent) {
        try {
            producer.send(sent).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Kafka wrote", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("Kafka did not take a message", e);
        }
    }

    /** As our sink has it. */
    private static Producer<byte[], byte[]> producer(KafkaCluster kafka) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", kafka.bootstrapServers(),
                        "acks", "all",
                        "linger.ms", "1",
                        "batch.size", "131072",
                        "compression.type", "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
