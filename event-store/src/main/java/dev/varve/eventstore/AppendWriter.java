package dev.varve.eventstore;

import dev.varve.eventstore.AppendStatement.Answer;
import dev.varve.eventstore.AppendStatement.Outcome;
import dev.varve.eventstore.AppendWaits.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the batches of a queue, one after the other, each as one statement on an autocommit connection.
 *
 * <p>Several may do so at once: PostgreSQL's lock on the log puts their batches in order, and each answers its own callers.
 * Each belongs to one thread at a time.
 */
final class AppendWriter {

    private static final Logger log = LoggerFactory.getLogger(AppendWriter.class);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final AppendQueue queue;
    private final ConnectionAtHand connections;
    private final AppendSettings settings;
    private final AppendObserver observer;
    private volatile Activity activity = new Activity(Stage.IDLE, System.nanoTime(), null);

    /** What a writer does, since when, and on which connection it waits for an answer. */
    record Activity(Stage stage, long since, @Nullable Connection asked) {

        Duration duration() {
            return Duration.ofNanos(System.nanoTime() - since);
        }
    }

    AppendWriter(AppendQueue queue, ConnectionAtHand connections, AppendSettings settings, AppendObserver observer) {
        this.queue = queue;
        this.connections = connections;
        this.settings = settings;
        this.observer = observer;
    }

    Activity activity() {
        return activity;
    }

    /** Until there will be no batches any more. */
    void writeAll() {
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
     * Sends an append that came alone once, on its caller's thread. What comes to nothing goes to the queue: its writers
     * try again for as long as its caller waits.
     */
    void writeAlone(PendingAppend pending, ConnectionAtHand.Taken connection) {
        List<PendingAppend> alone = List.of(pending);
        try {
            observer.aroundBatch(1, () -> {
                switch (attempt(alone, () -> connection)) {
                    case Attempt.Done ignored -> {}
                    case Attempt.Refused(SQLException cause) -> pending.refuse(cause, false);
                    case Attempt.Broken(SQLException cause, boolean sent) -> {
                        warn(alone, sent, cause);
                        queue.sendAgain(pending, sent, cause);
                    }
                }
            });
        } catch (RuntimeException | Error e) {
            // As for a batch.
            pending.fail("the append failed", true, e);
        } finally {
            queue.writtenAlone();
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
            Attempt attempt = attempt(open, connections::take);
            switch (attempt) {
                case Attempt.Done ignored -> {
                    return;
                }
                case Attempt.Refused(SQLException cause) -> {
                    if (open.size() == 1) {
                        open.getFirst().refuse(cause, maybeWritten);
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
                    warn(open, uncertain, cause);
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

    private static void warn(List<PendingAppend> batch, boolean maybeWritten, SQLException cause) {
        log.warn(
                "append batch interrupted appends={} maybeWritten={} state={} reason={}",
                batch.size(),
                maybeWritten,
                cause.getSQLState(),
                cause.getMessage());
    }

    private sealed interface Attempt {

        record Done() implements Attempt {}

        /** The server said no; nothing was written. */
        record Refused(SQLException cause) implements Attempt {}

        /** The connection is gone or the server is not able now. */
        record Broken(SQLException cause, boolean sent) implements Attempt {}
    }

    @FunctionalInterface
    private interface Connections {
        ConnectionAtHand.Taken take() throws SQLException;
    }

    private Attempt attempt(List<PendingAppend> batch, Connections from) {
        try {
            return send(batch, from);
        } finally {
            enter(Stage.IDLE, null);
        }
    }

    private void enter(Stage next, @Nullable Connection asked) {
        activity = new Activity(next, System.nanoTime(), asked);
    }

    private Attempt send(List<PendingAppend> batch, Connections from) {
        long started = System.nanoTime();
        boolean sent = false;
        enter(Stage.CONNECTING, null);
        try {
            ConnectionAtHand.Taken taken = from.take();
            boolean written = false;
            try {
                List<PendingAppend> wanted =
                        batch.stream().filter(PendingAppend::send).toList();
                if (wanted.isEmpty()) {
                    return new Attempt.Done();
                }
                sent = true;
                enter(Stage.WRITING, taken.connection());
                Answer answer = AppendStatement.run(
                        taken.connection(),
                        observer.knownHead(),
                        wanted.stream().map(PendingAppend::append).toList());
                written = true;
                answer(wanted, answer, started);
                return new Attempt.Done();
            } catch (SQLException e) {
                if (isNotLeading(e)) {
                    taken.end();
                }
                throw e;
            } finally {
                if (written && batch.size() == 1) {
                    connections.keep(taken);
                } else {
                    connections.giveBack(taken);
                }
            }
        } catch (SQLException e) {
            return isTransient(e) ? new Attempt.Broken(e, sent) : new Attempt.Refused(e);
        }
    }

    private void answer(List<PendingAppend> batch, Answer answer, long started) {
        queue.answering(batch, answer);
        long head = 0;
        for (int n = 0; n < batch.size(); n++) {
            Outcome outcome = answer.outcomes().get(n);
            if (outcome instanceof Outcome.Written(Appended appended)) {
                head = Math.max(head, appended.lastPosition());
            }
            batch.get(n).complete(outcome);
        }
        observer.batchWritten(batch.size(), head, System.nanoTime() - started);
    }

    /**
     * Connection lost (08), server out of means (53), shut down or cancelled (57), a server that does not lead,
     * a lock that was not to be had (55P03, 40P01), or no state at all (pool, driver).
     */
    private static boolean isTransient(SQLException e) {
        String state = e.getSQLState();
        return state == null
                || state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57")
                || isNotLeading(e)
                || state.equals("55P03")
                || state.equals("40P01");
    }

    /**
     * A standby, or a server that was told to write no more. Its connections are good for anything else, so no pool would
     * give them up; a new one may lead to the server that took over.
     */
    private static boolean isNotLeading(SQLException e) {
        return "25006".equals(e.getSQLState());
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
