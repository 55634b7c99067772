package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;

/** Appending, beside raw JDBC and Axon's JDBC and JPA engines, with equal events. */
final class EventStoreBench {

    private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();
    private static final ThreadFactory PLATFORM = Thread.ofPlatform().factory();

    private final DurableServer server;
    private final Report report;
    private final int rounds;
    private final Duration duration;

    EventStoreBench(DurableServer server, Report report, int rounds, Duration duration) {
        this.server = server;
        this.report = report;
        this.rounds = rounds;
        this.duration = duration;
    }

    void run() throws Exception {
        try (HikariDataSource rawPool = server.newDatabase(10);
                HikariDataSource axonPool = server.newDatabase(20);
                HikariDataSource jpaPool = server.newDatabase(20);
                HikariDataSource ourPool = server.newDatabase(10);
                AxonJpaLog jpa = new AxonJpaLog(jpaPool);
                OurLog ours = new OurLog(ourPool)) {
            RawLog raw = new RawLog(rawPool);
            AxonJdbcLog axon = new AxonJdbcLog(axonPool);
            appends(raw, axon, jpa, ours, ourPool);
        }
    }

    private void appends(RawLog raw, AxonJdbcLog axon, AxonJpaLog jpa, OurLog ours, HikariDataSource ourPool)
            throws Exception {
        Map<String, Double> medians = new Rounds(rounds)
                .with("ours 256", () -> Callers.rate(256, VIRTUAL, duration, caller -> ours.append(1)))
                .with("ours 256, open", () -> besideOpenTransaction(ourPool, ours))
                .with("ours 64", () -> Callers.rate(64, VIRTUAL, duration, caller -> ours.append(1)))
                .with("ours 8", () -> Callers.rate(8, VIRTUAL, duration, caller -> ours.append(1)))
                .with("ours 8 x 100", () -> Callers.rate(8, VIRTUAL, duration, caller -> ours.append(100)))
                .with("ours 1, p50", () -> Callers.medianMicros(duration, caller -> ours.append(1)))
                .with("axon 8", () -> Callers.rate(8, PLATFORM, duration, caller -> axon.append(1)))
                .with("axon 8 x 100", () -> Callers.rate(8, PLATFORM, duration, caller -> axon.append(100)))
                .with("jpa 8", () -> Callers.rate(8, PLATFORM, duration, caller -> jpa.append(1)))
                .with("raw 1 x 100", () -> Callers.rate(1, PLATFORM, duration, caller -> raw.append(100)))
                .with("raw 1, p50", () -> Callers.medianMicros(duration, caller -> raw.append(1)))
                .medians();
        row(medians, "256 callers, 1 event each", "ours 256", "Axon JDBC", "axon 8", new Goal.RatioAtLeast(8));
        row(medians, "256 callers, 1 event each", "ours 256", "Axon JPA", "jpa 8", new Goal.RatioAtLeast(8));
        row(
                medians,
                "256 callers, 1 event each",
                "ours 256",
                "raw batches of 100",
                "raw 1 x 100",
                new Goal.RatioAtLeast(0.9));
        row(
                medians,
                "256 callers, an open transaction",
                "ours 256, open",
                "ours without",
                "ours 256",
                new Goal.RatioAtLeast(0.9));
        row(medians, "64 callers, 1 event each", "ours 64", "Axon JDBC", "axon 8", new Goal.RatioAtLeast(3));
        row(medians, "8 callers, 1 event each", "ours 8", "Axon JDBC", "axon 8", new Goal.RatioAtLeast(1.2));
        row(
                medians,
                "8 callers, 100 events each",
                "ours 8 x 100",
                "Axon JDBC",
                "axon 8 x 100",
                new Goal.RatioAtLeast(1.2));
        report.add(new Row(
                "one caller, p50",
                "us",
                "raw insert",
                figure(medians, "ours 1, p50"),
                figure(medians, "raw 1, p50"),
                new Goal.RatioAtMost(1.25)));
    }

    private double besideOpenTransaction(HikariDataSource pool, OurLog ours) throws Exception {
        try (Connection open = pool.getConnection();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("CREATE TABLE IF NOT EXISTS held (at timestamptz)");
            statement.execute("INSERT INTO held VALUES (now())");
            double rate = Callers.rate(256, VIRTUAL, duration, caller -> ours.append(1));
            open.rollback();
            return rate;
        }
    }

    private void row(Map<String, Double> medians, String what, String ours, String peerName, String peer, Goal goal) {
        report.add(new Row(what, "events/s", peerName, figure(medians, ours), figure(medians, peer), goal));
    }

    private static double figure(Map<String, Double> medians, String name) {
        return Objects.requireNonNull(medians.get(name), name);
    }
}
