package dev.varve.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CoordinatorExecutorTest {

    private final CoordinatorExecutor executor =
            new CoordinatorExecutor(Thread.ofVirtual().factory());

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void a_coordinator_whose_queues_were_full_is_called_at_once() {
        assertThat(delayOf(100)).isLessThanOrEqualTo(1);
    }

    @Test
    void after_a_long_outage_it_is_called_within_seconds() {
        assertThat(delayOf(60_000)).isBetween(3_000L, 5_000L);
    }

    @Test
    void any_other_delay_is_kept() {
        assertThat(delayOf(5_000)).isBetween(3_000L, 5_000L);
    }

    private long delayOf(long asked) {
        return executor.schedule(() -> {}, asked, TimeUnit.MILLISECONDS).getDelay(TimeUnit.MILLISECONDS);
    }
}
