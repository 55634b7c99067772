package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.ThreadFactory;

/** Appending, beside raw JDBC and Axon's JDBC and JPA engines. */
final class AppendRows {

    private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();
    private static final ThreadFactory PLATFORM = Thread.ofPlatform().factory();

    private final Run run;

    AppendRows(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        try (HikariDataSource rawPool = run.server().newDatabase(10);
                HikariDataSource axonPool = run.server().newDatabase(20);
                HikariDataSource jpaPool = run.server().newDatabase(20);
                HikariDataSource ourPool = run.server().newDatabase(10);
                AxonJpaLog jpa = new AxonJpaLog(jpaPool);
                HikariDataSource secondPool = run.server().anotherNode(ourPool);
                OurLog ours = new OurLog(ourPool);
                OurLog second = new OurLog(secondPool)) {
            RawLog raw = new RawLog(rawPool);
            AxonJdbcLog axon = new AxonJdbcLog(axonPool);
            new Contest(run)
                    .measure("ours 256", Sealing.beside(ourPool, () -> virtual(256, caller -> ours.append(1))))
                    .measure(
                            "ours 256, messages",
                            Sealing.beside(ourPool, () -> virtual(256, caller -> ours.appendWithMessage())))
                    .measure("ours 256, open", () -> besideOpen(ourPool, () -> virtual(256, caller -> ours.append(1))))
                    .measure("ours 2 x 128", Sealing.beside(ourPool, () -> nodes(ours, second)))
                    .measure("ours 2 x 128, open", () -> besideOpen(ourPool, () -> nodes(ours, second)))
                    .measure("lag, open", () -> besideOpen(ourPool, () -> lag(ours, second)))
                    .measure("ours 64", Sealing.beside(ourPool, () -> virtual(64, caller -> ours.append(1))))
                    .measure("ours 8", Sealing.beside(ourPool, () -> virtual(8, caller -> ours.append(1))))
                    .measure("ours 8 x 100", Sealing.beside(ourPool, () -> virtual(8, caller -> ours.append(100))))
                    .measure(
                            "ours 1, p50",
                            Sealing.beside(
                                    ourPool, () -> Callers.medianMicros(run.duration(), caller -> ours.append(1))))
                    .measure("axon 8", () -> platform(8, caller -> axon.append(1)))
                    .measure("axon 8 x 100", () -> platform(8, caller -> axon.append(100)))
                    .measure("jpa 8", () -> platform(8, caller -> jpa.append(1)))
                    .measure("raw 1 x 100", () -> platform(1, caller -> raw.appendApart(100)))
                    .measure("raw 1, p50", () -> Callers.medianMicros(run.duration(), caller -> raw.append(1)))
                    .row(
                            "256 callers, 1 event each",
                            "events/s",
                            "ours 256",
                            "Axon JDBC, 8 threads",
                            "axon 8",
                            atLeast(8))
                    .row(
                            "256 callers, 1 event each",
                            "events/s",
                            "ours 256",
                            "Axon JPA, 8 threads",
                            "jpa 8",
                            atLeast(8))
                    .row(
                            "256 callers, 1 event each",
                            "events/s",
                            "ours 256",
                            "raw batches of 100, 1 thread",
                            "raw 1 x 100",
                            atLeast(0.9))
                    .row(
                            "256 callers, an open transaction",
                            "events/s",
                            "ours 256, open",
                            "ours without",
                            "ours 256",
                            atLeast(0.9))
                    .row(
                            "two nodes of 128 callers, an open transaction",
                            "events/s",
                            "ours 2 x 128, open",
                            "ours without",
                            "ours 2 x 128",
                            atLeast(0.9))
                    .row("a reader's p99 lag beside all that", "ms", "lag, open", new Goal.AtMost(25))
                    .row(
                            "256 callers, a message with each event",
                            "events/s",
                            "ours 256, messages",
                            "ours without",
                            "ours 256",
                            atLeast(0.75))
                    .row(
                            "64 callers, 1 event each",
                            "events/s",
                            "ours 64",
                            "Axon JDBC, 8 threads",
                            "axon 8",
                            atLeast(3))
                    .row(
                            "8 callers, 1 event each",
                            "events/s",
                            "ours 8",
                            "Axon JDBC, 8 threads",
                            "axon 8",
                            atLeast(1.2))
                    .row(
                            "8 callers, 100 events each",
                            "events/s",
                            "ours 8 x 100",
                            "Axon JDBC, 8 threads",
                            "axon 8 x 100",
                            atLeast(1.2))
                    .row("one caller, p50", "us", "ours 1, p50", "raw insert", "raw 1, p50", new Goal.RatioAtMost(1.25))
                    .run();
        }
    }

    private static Goal atLeast(double ratio) {
        return new Goal.RatioAtLeast(ratio);
    }

    private double virtual(int callers, Callers.Call work) throws Exception {
        return Callers.rate(callers, VIRTUAL, run.duration(), work);
    }

    private double platform(int callers, Callers.Call work) throws Exception {
        return Callers.rate(callers, PLATFORM, run.duration(), work);
    }

    /** Two nodes in one process: each has its queue, its writer and its pool; they share the processor and the log. */
    private double nodes(OurLog one, OurLog two) throws Exception {
        return virtual(256, caller -> (caller % 2 == 0 ? one : two).append(1));
    }

    private double lag(OurLog writer, OurLog reader) throws Exception {
        ReaderLag lag = new ReaderLag(reader.log());
        return lag.p99Millis(() -> virtual(256, caller -> writer.append(lag)));
    }

    private static double besideOpen(HikariDataSource pool, Rounds.Measurement work) throws Exception {
        try (Connection open = pool.getConnection();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("CREATE TABLE IF NOT EXISTS held (at timestamptz)");
            statement.execute("INSERT INTO held VALUES (now())");
            double figure = Sealing.beside(pool, work).measure();
            open.rollback();
            return figure;
        }
    }
}
