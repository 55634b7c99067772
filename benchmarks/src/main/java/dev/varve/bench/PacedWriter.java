package dev.varve.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.PostgresEventLog;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Commands that come at a steady rate, each an append of one event on a thread of its own, whether or not those before
 * have been answered. Times are counted from when a command was due, so that none is left out because another was slow.
 */
final class PacedWriter implements AutoCloseable {

    private static final byte[] JSON = BenchEvent.JSON.getBytes(UTF_8);

    private final PostgresEventLog log;
    private final ExecutorService commands = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Double> millis = new ConcurrentLinkedQueue<>();
    private final Thread clock;
    private volatile boolean stopped;

    PacedWriter(HikariDataSource database, int perSecond) {
        this.log = new PostgresEventLog(database, AppendSettings.defaults(), new LogSignals());
        long pause = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.clock = Thread.ofPlatform().name("paced-writer").start(() -> {
            for (long due = System.nanoTime(); !stopped; due += pause) {
                LockSupport.parkNanos(due - System.nanoTime());
                long since = due;
                commands.execute(() -> write(since));
            }
        });
    }

    private void write(long due) {
        UUID id = UUID.randomUUID();
        log.append(Append.of(List.of(new NewEvent(
                id.toString(), "Account", id.toString(), 0, BenchEvent.TYPE, "1", Instant.now(), JSON, JSON))));
        millis.add((System.nanoTime() - due) / 1e6);
    }

    /** The time that 99 of a hundred commands stayed below, of those since this was asked last. */
    double tailMillis() {
        List<Double> counted = List.copyOf(millis);
        forget();
        return Rounds.quantile(counted, 0.99);
    }

    void forget() {
        millis.clear();
    }

    @Override
    public void close() {
        stopped = true;
        while (clock.isAlive()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        commands.close();
        log.close();
    }
}
