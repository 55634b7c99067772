package dev.varve.app.postgres;

import dev.varve.app.operator.OperatorError;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the PostgreSQL of a data directory back when it ends while a server lives on it.
 *
 * <p>The first attempt is made within half a second; after a failed one, or when PostgreSQL ends again soon, the next
 * waits twice as long, 30 seconds at most. It does not give up: what keeps PostgreSQL from starting, a full disk for
 * example, may end without anybody who starts us again. From the fifth attempt on the log asks for a person.
 */
final class KeptRunning implements AutoCloseable {

    /** What it watches. */
    interface Server {

        boolean isRunning();

        /**
         * Starts it where it was, unless somebody else has.
         *
         * @throws OperatorError if it does not start
         */
        void startAgain();
    }

    private static final Logger log = LoggerFactory.getLogger(KeptRunning.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration STEADY = Duration.ofMinutes(1);
    private static final int ATTEMPTS_UNTIL_ERROR = 5;

    private final Server server;
    private final String name;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private int attempts;
    private long runsSince = System.nanoTime();

    /** Watches until it is closed; the name is for the log. */
    KeptRunning(Server server, String name) {
        this.server = server;
        this.name = name;
        this.thread = Thread.ofPlatform().name("varve-postgres-watch").daemon().start(this::watch);
    }

    private void watch() {
        try {
            Duration pause = BETWEEN_LOOKS;
            while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = server.isRunning() ? rest() : startAgain();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration rest() {
        if (attempts > 0 && System.nanoTime() - runsSince > STEADY.toNanos()) {
            attempts = 0;
        }
        return BETWEEN_LOOKS;
    }

    private Duration startAgain() {
        attempts++;
        if (attempts == 1) {
            log.warn("event=postgres-ended folder={} next=\"it is started again\"", name);
        }
        long begun = System.nanoTime();
        try {
            server.startAgain();
        } catch (RuntimeException e) {
            // Whatever it is, the next attempt may do better; without this thread there would be none.
            Duration pause = pauseAfter(attempts);
            say(e, pause);
            return pause;
        }
        runsSince = System.nanoTime();
        log.warn(
                "event=postgres-runs-again folder={} attempt={} duration_ms={}",
                name,
                attempts,
                TimeUnit.NANOSECONDS.toMillis(runsSince - begun));
        return attempts == 1 ? BETWEEN_LOOKS : pauseAfter(attempts);
    }

    private void say(RuntimeException failure, Duration pause) {
        String text = "event=postgres-does-not-start folder={} attempt={} next_attempt_s={} cause=\"{}\"";
        if (attempts < ATTEMPTS_UNTIL_ERROR) {
            log.warn(text, name, attempts, pause.toSeconds(), failure.getMessage());
        } else {
            log.error(
                    text + " todo=\"mend what it says; nothing is stored or answered until it runs\"",
                    name,
                    attempts,
                    pause.toSeconds(),
                    failure.getMessage());
        }
    }

    static Duration pauseAfter(int attempts) {
        int doublings = Math.min(attempts - 1, 16);
        Duration pause = SHORTEST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** Ends the watch; an attempt that is being made is waited for, so that nobody starts what is to be left. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(LONGEST_PAUSE)) {
                log.warn("event=postgres-watch-not-ended folder={}", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
