package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.LogSignals;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;

/** The relay with a sink that costs nothing: what must not slow it. */
final class RelayRows {

    private static final String POISON = "drain with a poison key among 1,000";
    private static final int MESSAGES = 200_000;
    private static final int KEYS = 1_000;

    private final Run run;

    RelayRows(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        new Contest(run)
                .measure("poison", () -> drained(1))
                .measure("without", () -> drained(0))
                .row(POISON, "messages/s", "poison", "without", "without", new Goal.RatioAtLeast(0.95))
                .run();
        String held = "drain beside a snapshot held for %s".formatted(run.held());
        if (run.only().matcher(held).find()) {
            drainBesideSnapshot(held);
        }
    }

    private double drained(int poison) throws Exception {
        CountingSink sink = new CountingSink(false);
        try (HikariDataSource pool = run.server().newDatabase(8)) {
            Backlog.write(pool, MESSAGES, KEYS, poison);
            long wanted = MESSAGES - (long) poison * MESSAGES / KEYS;
            long start = System.nanoTime();
            try (BenchRelay relay = BenchRelay.adding(pool, new LogSignals(), sink, Map.of())) {
                relay.start();
                Backlog.await(wanted + " messages to come", () -> sink.taken() >= wanted);
                return Backlog.rate(wanted, start);
            }
        }
    }

    /**
     * One backlog again and again, with the subscription's one row: what it leaves behind of each checkpoint can be cleared
     * away by nobody while the snapshot is held.
     */
    private void drainBesideSnapshot(String what) throws Exception {
        try (HikariDataSource pool = run.server().newDatabase(8);
                Connection holding = pool.getConnection()) {
            Backlog.write(pool, MESSAGES, KEYS, 0);
            BenchRelay.adding(pool, new LogSignals(), new CountingSink(false), Map.of())
                    .close();
            Duration calm = run.held().dividedBy(2);
            drainFor(run.duration(), pool);
            double before = drainFor(calm, pool);
            hold(holding);
            double beside = drainFor(run.held(), pool);
            holding.rollback();
            double after = drainFor(calm, pool);
            run.report()
                    .add(new Row(
                            what,
                            "messages/s",
                            "before and after",
                            beside,
                            (before + after) / 2,
                            new Goal.RatioAtLeast(0.9)));
        }
    }

    private static void hold(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT count(*) FROM outbox.delivery");
        }
    }

    private static double drainFor(Duration duration, DataSource database) throws Exception {
        long messages = 0;
        long nanos = 0;
        long end = System.nanoTime() + duration.toNanos();
        do {
            Backlog.execute(database, "UPDATE outbox.delivery SET position = 0, done_beyond = '{}'");
            CountingSink sink = new CountingSink(false);
            long start = System.nanoTime();
            try (BenchRelay relay = BenchRelay.existing(database, new LogSignals(), sink)) {
                relay.start();
                Backlog.await(MESSAGES + " messages to come", () -> sink.taken() >= MESSAGES);
                nanos += System.nanoTime() - start;
            }
            messages += MESSAGES;
        } while (System.nanoTime() - end < 0);
        return messages * 1e9 / nanos;
    }
}
