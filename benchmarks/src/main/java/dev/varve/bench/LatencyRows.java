package dev.varve.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.NewMessage;
import dev.varve.eventstore.PostgresEventLog;
import io.debezium.engine.ChangeEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * How long after its commit a message is handed to a sink that costs nothing, at 1,000 a second: ours, Debezium, gruelbox.
 * Counted from when the writer knows of its commit, and 0 where the sink was first.
 */
final class LatencyRows {

    private static final String CALM = "commit to sink call at 1,000/s";
    private static final String OPEN = "the same beside an open write transaction";
    private static final Duration LONGEST_OPEN = Duration.ofSeconds(60);
    private static final byte[] JSON = BenchEvent.JSON.getBytes(UTF_8);

    private final Run run;

    LatencyRows(Run run) {
        this.run = run;
    }

    /** The half and the hundredth that take longest, in milliseconds. */
    private record Delays(double half, double tail) {

        static Delays of(List<Double> millis) {
            return new Delays(Rounds.quantile(millis, 0.5), Rounds.quantile(millis, 0.99));
        }

        static Delays median(List<Delays> rounds) {
            return new Delays(
                    Rounds.median(rounds.stream().map(Delays::half).toList()),
                    Rounds.median(rounds.stream().map(Delays::tail).toList()));
        }
    }

    @FunctionalInterface
    private interface Measurement {
        Delays measure() throws Exception;
    }

    void run() throws Exception {
        if (isWanted(CALM)) {
            Map<String, Delays> medians = medians();
            Delays ours = Objects.requireNonNull(medians.remove("ours"));
            report(CALM, ours);
            medians.forEach((peer, delays) -> run.report()
                    .add(new Row(CALM + ", p99", "ms", peer, ours.tail, delays.tail, new Goal.RatioAtMost(1))));
        }
        if (isWanted(OPEN)) {
            ours(run.duration(), false);
            Duration open = run.held().compareTo(LONGEST_OPEN) < 0 ? run.held() : LONGEST_OPEN;
            report(OPEN, ours(open, true));
        }
    }

    private boolean isWanted(String what) {
        return run.only().matcher(what).find();
    }

    private void report(String what, Delays delays) {
        run.report().add(new Row(what + ", p50", "ms", "", delays.half, Double.NaN, new Goal.AtMost(3)));
        run.report().add(new Row(what + ", p99", "ms", "", delays.tail, Double.NaN, new Goal.AtMost(15)));
    }

    private Map<String, Delays> medians() throws Exception {
        Map<String, Measurement> subjects = new LinkedHashMap<>();
        subjects.put("ours", () -> ours(run.duration(), false));
        subjects.put("Debezium", () -> debezium(DebeziumOutbox.AS_IT_COMES));
        subjects.put("Debezium tuned", () -> debezium(DebeziumOutbox.TUNED));
        subjects.put("gruelbox", this::gruelbox);
        Map<String, List<Delays>> rounds = new LinkedHashMap<>();
        for (int round = 0; round <= run.rounds(); round++) {
            for (Map.Entry<String, Measurement> subject : subjects.entrySet()) {
                Delays delays = subject.getValue().measure();
                if (round > 0) {
                    rounds.computeIfAbsent(subject.getKey(), name -> new ArrayList<>())
                            .add(delays);
                }
            }
        }
        Map<String, Delays> medians = new LinkedHashMap<>();
        rounds.forEach((name, delays) -> medians.put(name, Delays.median(delays)));
        return medians;
    }

    private Delays ours(Duration duration, boolean openTransaction) throws Exception {
        CountingSink sink = new CountingSink(true);
        LogSignals signals = new LogSignals();
        try (HikariDataSource pool = run.server().newDatabase(12);
                Connection other = pool.getConnection();
                PostgresEventLog log = new PostgresEventLog(pool, AppendSettings.defaults(), signals);
                BenchRelay relay = BenchRelay.adding(pool, signals, sink, Map.of())) {
            relay.start();
            if (openTransaction) {
                write(other);
            }
            return delays(duration, sink.calledAt(), key -> log.append(append(key)));
        }
    }

    /** An unrelated transaction that has written and does not end. */
    private static void write(Connection other) throws SQLException {
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.execute("CREATE TABLE unrelated (n int)");
            statement.execute("INSERT INTO unrelated VALUES (1)");
        }
    }

    private Delays debezium(Map<String, String> settings) throws Exception {
        Map<String, Long> calledAt = new ConcurrentHashMap<>();
        try (HikariDataSource pool = run.server().newDatabase(12);
                PostgresEventLog log = new PostgresEventLog(pool, AppendSettings.defaults(), new LogSignals());
                DebeziumOutbox debezium =
                        DebeziumOutbox.ofNewMessages(run.server().unpooled(pool), settings, (batch, committer) -> {
                            for (ChangeEvent<String, String> event : batch) {
                                calledAt.put(DebeziumOutbox.key(event), System.nanoTime());
                                committer.markProcessed(event);
                            }
                            committer.markBatchFinished();
                        })) {
            debezium.awaitStart();
            Delays delays = delays(run.duration(), calledAt, key -> log.append(append(key)));
            debezium.endAndDropSlot();
            return delays;
        }
    }

    private Delays gruelbox() throws Exception {
        Map<String, Long> calledAt = new ConcurrentHashMap<>();
        try (HikariDataSource pool = run.server().newDatabase(32);
                GruelboxOutbox outbox =
                        new GruelboxOutbox(pool, true, (key, payload) -> calledAt.put(key, System.nanoTime()))) {
            return delays(run.duration(), calledAt, key -> outbox.write(key, BenchEvent.JSON));
        }
    }

    private static Append append(String key) {
        String id = UUID.randomUUID().toString();
        NewMessage message = new NewMessage(
                NewMessage.idOf(id, 0), "bench.account", key, "dev.varve.bench.amount-booked.v1", JSON, Map.of());
        return Append.of(List.of(new NewEvent(
                id, "Account", key, 0, BenchEvent.TYPE, "1", Instant.now(), JSON, JSON, List.of(message))));
    }

    /**
     * Writes a thousand a second, however long each takes, and waits until all have come. Begins when a first message has
     * come, which is not counted: how long it takes to start is another question.
     */
    private static Delays delays(Duration duration, Map<String, Long> calledAt, Consumer<String> write)
            throws Exception {
        write.accept("first");
        Backlog.await("a first message to come", () -> calledAt.containsKey("first"));
        long count = duration.toMillis();
        Map<String, Long> durableAt = new ConcurrentHashMap<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            for (long n = 0; n < count; n++) {
                LockSupport.parkNanos(start + n * 1_000_000 - System.nanoTime());
                callers.execute(() -> {
                    String key = UUID.randomUUID().toString();
                    write.accept(key);
                    durableAt.put(key, System.nanoTime());
                });
            }
        }
        Backlog.await(count + " messages to come", () -> calledAt.size() > count);
        List<Double> millis = new ArrayList<>();
        durableAt.forEach((key, durable) ->
                millis.add(Math.max(0, calledAt.getOrDefault(key, Long.MAX_VALUE) - durable) / 1e6));
        return Delays.of(millis);
    }
}
