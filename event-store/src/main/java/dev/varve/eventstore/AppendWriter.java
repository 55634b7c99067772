package dev.varve.eventstore;

import dev.varve.eventstore.AppendStatement.Answer;
import dev.varve.eventstore.AppendStatement.Outcome;
import dev.varve.eventstore.AppendWaits.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the batches of a queue, one after the other, each as one statement on an autocommit connection.
 *
 * <p>Several may do so at once: PostgreSQL's lock on the log puts their batches in order, and each answers its own callers.
 */
final class AppendWriter {

    private static final Logger log = LoggerFactory.getLogger(AppendWriter.class);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final AppendQueue queue;
    private final DataSource dataSource;
    private final AppendSettings settings;
    private final AppendObserver observer;
    private final Thread thread;
    private volatile Activity activity = new Activity(Stage.IDLE, System.nanoTime());

    /** What a writer does, and since when. */
    record Activity(Stage stage, long since) {

        Duration duration() {
            return Duration.ofNanos(System.nanoTime() - since);
        }
    }

    AppendWriter(
            AppendQueue queue, int number, DataSource dataSource, AppendSettings settings, AppendObserver observer) {
        this.queue = queue;
        this.dataSource = dataSource;
        this.settings = settings;
        this.observer = observer;
        this.thread =
                Thread.ofPlatform().daemon().name("varve-append-" + number).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** False if it still writes after that time. */
    boolean join(Duration timeout) throws InterruptedException {
        return thread.join(timeout);
    }

    Activity activity() {
        return activity;
    }

    private void run() {
        while (true) {
            List<PendingAppend> batch = queue.take();
            if (batch.isEmpty()) {
                return;
            }
            try {
                observer.aroundBatch(batch.size(), () -> write(batch, false));
            } catch (RuntimeException | Error e) {
                // The writer must outlive whatever one batch brings; its callers get the cause.
                batch.forEach(pending -> pending.fail("the batch failed", true, e));
            } finally {
                queue.written();
            }
        }
    }

    /**
     * Sends the batch until it is certain what became of it, or until nobody waits for it any more. To send a batch again
     * is harmless: what was recorded already is recognised by its event ids and answered with its first positions.
     */
    private void write(List<PendingAppend> batch, boolean maybeWrittenBefore) {
        List<PendingAppend> open = batch;
        boolean maybeWritten = maybeWrittenBefore;
        while (!open.isEmpty()) {
            Attempt attempt = attempt(open);
            switch (attempt) {
                case Attempt.Done ignored -> {
                    return;
                }
                case Attempt.Refused(SQLException cause) -> {
                    if (open.size() == 1) {
                        open.getFirst()
                                .fail("PostgreSQL refused the append: " + cause.getMessage(), maybeWritten, cause);
                        return;
                    }
                    // One of them is at fault: each for itself, so that only its caller hears of it.
                    for (PendingAppend alone : open) {
                        write(List.of(alone), maybeWritten);
                    }
                    return;
                }
                case Attempt.Broken(SQLException cause, boolean sent) -> {
                    maybeWritten = maybeWritten || sent;
                    boolean uncertain = maybeWritten;
                    log.warn(
                            "append batch interrupted appends={} maybeWritten={} state={} reason={}",
                            open.size(),
                            uncertain,
                            cause.getSQLState(),
                            cause.getMessage());
                    open = open.stream()
                            .filter(pending -> !pending.failIfExpired(settings.timeout(), uncertain, cause))
                            .toList();
                    if (!pause(open, uncertain, cause)) {
                        return;
                    }
                }
            }
        }
    }

    private sealed interface Attempt {

        record Done() implements Attempt {}

        /** The server said no; nothing was written. */
        record Refused(SQLException cause) implements Attempt {}

        /** The connection is gone or the server is not able now. */
        record Broken(SQLException cause, boolean sent) implements Attempt {}
    }

    private Attempt attempt(List<PendingAppend> batch) {
        try {
            return send(batch);
        } finally {
            enter(Stage.IDLE);
        }
    }

    private void enter(Stage next) {
        activity = new Activity(next, System.nanoTime());
    }

    private Attempt send(List<PendingAppend> batch) {
        long started = System.nanoTime();
        boolean sent = false;
        enter(Stage.CONNECTING);
        try (Connection connection = dataSource.getConnection()) {
            connection.setNetworkTimeout(
                    Runnable::run, Math.toIntExact(settings.timeout().toMillis()));
            if (!connection.getAutoCommit()) {
                connection.setAutoCommit(true);
            }
            List<PendingAppend> wanted =
                    batch.stream().filter(PendingAppend::send).toList();
            if (wanted.isEmpty()) {
                return new Attempt.Done();
            }
            sent = true;
            enter(Stage.WRITING);
            Answer answer = AppendStatement.run(
                    connection,
                    observer.knownHead(),
                    wanted.stream().map(PendingAppend::append).toList());
            queue.answering(wanted, answer);
            long head = 0;
            for (int n = 0; n < wanted.size(); n++) {
                Outcome outcome = answer.outcomes().get(n);
                if (outcome instanceof Outcome.Written(Appended appended)) {
                    head = Math.max(head, appended.lastPosition());
                }
                wanted.get(n).complete(outcome);
            }
            observer.batchWritten(wanted.size(), head, System.nanoTime() - started);
            return new Attempt.Done();
        } catch (SQLException e) {
            return isTransient(e) ? new Attempt.Broken(e, sent) : new Attempt.Refused(e);
        }
    }

    /** Connection lost (08), server out of means (53), shut down or cancelled (57), or no state at all (pool, driver). */
    private static boolean isTransient(SQLException e) {
        String state = e.getSQLState();
        return state == null
                || state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.equals("55P03")
                || state.equals("40P01");
    }

    private boolean pause(List<PendingAppend> open, boolean maybeWritten, SQLException cause) {
        if (queue.closed()) {
            open.forEach(pending -> pending.fail("the event store was shut down", maybeWritten, cause));
            return false;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        return true;
    }
}
