package dev.varve.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.LogSignals;
import dev.varve.migrations.Migrations;
import dev.varve.outbox.Backoff;
import dev.varve.outbox.FailurePolicy;
import dev.varve.outbox.FailurePolicy.OnRefusal;
import dev.varve.outbox.MessageLog;
import dev.varve.outbox.MessageTail;
import dev.varve.outbox.Relay;
import dev.varve.outbox.RelaySettings;
import dev.varve.outbox.Sinks;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.SubscriptionFilter;
import dev.varve.outbox.Subscriptions;
import dev.varve.outbox.sink.kafka.KafkaSinkFactory;
import dev.varve.testkit.faults.RestartablePostgres;
import dev.varve.testkit.kafka.KafkaCluster;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A backlog to a real Kafka broker, which all must have acknowledged: our relay, and Debezium embedded with its outbox
 * router, as it comes and tuned. Debezium has its backlog in the write-ahead log behind a slot, ours is in the table; the
 * messages, the server, the broker and the producer's settings are the same.
 */
final class DrainRows {

    private static final String DRAIN = "drain a backlog to Kafka, acks=all";
    private static final int MESSAGES = 500_000;
    private static final int PEER_MESSAGES = 200_000;
    private static final int KEYS = 10_000;
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private static final Map<String, String> DURABLE_WITH_SLOTS = Map.of(
            "wal_level", "logical",
            "max_replication_slots", "8",
            "max_wal_senders", "8",
            "shared_buffers", "512MB",
            "max_wal_size", "8GB");

    private static final Map<String, String> AS_IT_COMES = Map.of();

    private static final Map<String, String> TUNED =
            Map.of("max.batch.size", "16384", "max.queue.size", "65536", "poll.interval.ms", "5");

    private final Run run;
    private int databases;

    DrainRows(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        Contest contest = new Contest(run);
        if (!contest.wants(DRAIN)) {
            return;
        }
        Path data = Files.createTempDirectory("varve-bench-outbox-");
        try (RestartablePostgres server = RestartablePostgres.in(data, DURABLE_WITH_SLOTS);
                KafkaCluster kafka = KafkaCluster.start(1)) {
            contest.measure("ours", () -> ours(server, kafka))
                    .measure("debezium", () -> debezium(server, kafka, AS_IT_COMES))
                    .measure("tuned", () -> debezium(server, kafka, TUNED))
                    .row(DRAIN, "messages/s", "ours", new Goal.AtLeast(60_000))
                    .row(DRAIN, "messages/s", "ours", "Debezium", "debezium", new Goal.RatioAtLeast(2))
                    .row(DRAIN, "messages/s", "ours", "Debezium tuned", "tuned", new Goal.RatioAtLeast(2))
                    .run();
        }
    }

    private PGSimpleDataSource newDatabase(RestartablePostgres server) throws SQLException {
        String name = "drain_" + ++databases;
        execute(server.dataSource("postgres"), "CREATE DATABASE " + name);
        PGSimpleDataSource database = server.dataSource(name);
        database.setPassword("postgres");
        new Migrations(database).up();
        return database;
    }

    private static final String WRITE = """
            INSERT INTO outbox.message (position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers)
            SELECT n, gen_random_uuid(), 'transit.departure', 'departure-' || n % ?,
                   'dev.varve.transit.departure-delayed.v1',
                   json_build_object('departure', 'departure-' || n % ?, 'line', 'S12', 'stop', 'Zuerich HB',
                                     'planned', now(), 'expected', now() + interval '4 min', 'delaySeconds', 240, 'n', n),
                   now() AT TIME ZONE 'UTC', n, '{}'
            FROM generate_series(1, ?) AS n
            """;

    private static void write(DataSource database, int messages) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setInt(1, KEYS);
            statement.setInt(2, KEYS);
            statement.setInt(3, messages);
            statement.executeUpdate();
        }
        execute(database, "ANALYZE outbox.message");
    }

    private double ours(RestartablePostgres server, KafkaCluster kafka) throws Exception {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setDataSource(newDatabase(server));
            write(pool, MESSAGES);
            String topic = "ours-" + databases;
            kafka.createTopic(topic, 6);
            MessageLog messages = new MessageLog(pool);
            Subscriptions subscriptions = new Subscriptions(pool, messages);
            Sinks sinks = new Sinks(List.of(new KafkaSinkFactory()));
            subscriptions.add(
                    sinks.subscription(
                            "drain",
                            "kafka",
                            Map.of("bootstrap-servers", kafka.bootstrapServers(), "topic", topic),
                            SubscriptionFilter.EVERYTHING,
                            new FailurePolicy(OnRefusal.PARK, 5)),
                    new StartPosition.Beginning(),
                    "bench");
            try (MessageTail tail = new MessageTail(messages, new LogSignals(), Duration.ofMillis(100));
                    Relay relay = new Relay("bench", pool, tail, sinks, AS_BY_DEFAULT)) {
                long began = System.nanoTime();
                relay.start();
                await(() -> subscriptions.status("drain").position() >= MESSAGES);
                return rate(MESSAGES, began);
            }
        }
    }

    private static final RelaySettings AS_BY_DEFAULT = new RelaySettings(
            Duration.ofSeconds(2),
            Duration.ofMillis(250),
            5_000,
            10_000,
            64 << 20,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10)),
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30)));

    private double debezium(RestartablePostgres server, KafkaCluster kafka, Map<String, String> settings)
            throws Exception {
        PGSimpleDataSource database = newDatabase(server);
        String topic = "debezium-" + databases;
        kafka.createTopic(topic, 6);
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(PEER_MESSAGES);
        Map<String, String> more = new HashMap<>(settings);
        more.put("snapshot.mode", "no_data");
        try (Producer<byte[], byte[]> producer = producer(kafka);
                DebeziumOutbox debezium = new DebeziumOutbox(database, more, (batch, committer) -> {
                    written.await();
                    forward(batch, committer, producer, topic);
                    batch.forEach(event -> left.countDown());
                })) {
            await(() -> slotIsActive(database));
            write(database, PEER_MESSAGES);
            long began = System.nanoTime();
            written.countDown();
            if (!left.await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("Debezium did not bring everything within " + LONGEST);
            }
            double rate = rate(PEER_MESSAGES, began);
            if (!debezium.end(LONGEST.toSeconds())) {
                throw new IllegalStateException("Debezium did not stop within " + LONGEST);
            }
            await(() -> !slotIsActive(database));
            execute(database, "SELECT pg_drop_replication_slot('varve_debezium')");
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

    private static boolean slotIsActive(DataSource database) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM pg_replication_slots WHERE active")) {
            return rows.next() && rows.getInt(1) > 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not done within " + LONGEST);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static double rate(int messages, long began) {
        return messages * 1e9 / (System.nanoTime() - began);
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
