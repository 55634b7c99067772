package dev.varve.app.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.app.operator.OperatorError;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeptRunningTest {

    private static final class FakeServer implements KeptRunning.Server {

        private final AtomicInteger attempts = new AtomicInteger();
        private final int failures;
        private volatile boolean running;

        FakeServer(boolean running, int failures) {
            this.running = running;
            this.failures = failures;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public void startAgain() {
            if (attempts.incrementAndGet() <= failures) {
                throw new OperatorError("the disk is full");
            }
            running = true;
        }
    }

    @Test
    void a_server_that_runs_is_left_alone_and_one_that_ended_is_started() {
        FakeServer server = new FakeServer(true, 0);
        KeptRunning watch = new KeptRunning(server, "here");
        try (watch) {
            assertThat(server.attempts).hasValue(0);
            server.running = false;
            await().until(server::isRunning);
        }
        assertThat(server.attempts).hasValue(1);
    }

    @Test
    void a_failed_attempt_is_repeated() {
        FakeServer server = new FakeServer(false, 1);
        KeptRunning watch = new KeptRunning(server, "here");
        try (watch) {
            await().until(server::isRunning);
        }
        assertThat(server.attempts).hasValue(2);
    }

    @Test
    void the_pause_doubles_up_to_half_a_minute() {
        assertThat(KeptRunning.pauseAfter(1)).hasSeconds(1);
        assertThat(KeptRunning.pauseAfter(4)).hasSeconds(8);
        assertThat(KeptRunning.pauseAfter(6)).hasSeconds(30);
        assertThat(KeptRunning.pauseAfter(Integer.MAX_VALUE)).hasSeconds(30);
    }
}
