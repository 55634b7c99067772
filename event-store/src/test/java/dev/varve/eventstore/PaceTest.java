package dev.varve.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace pace = new Pace();

    @Test
    void nothing_is_worth_a_flush_before_its_price_is_known() {
        assertThat(pace.worthItsFlush(1_000_000)).isFalse();
    }

    @Test
    void a_batch_is_worth_a_flush_that_takes_less_than_its_work() {
        pace.written(100, Duration.ofMillis(1), Duration.ofMillis(1));

        assertThat(pace.worthItsFlush(140)).isFalse();
        assertThat(pace.worthItsFlush(160)).isTrue();
    }

    @Test
    void a_disk_that_becomes_slow_asks_for_larger_batches() {
        pace.written(100, Duration.ofMillis(1), Duration.ofMillis(1));
        for (int n = 0; n < 100; n++) {
            pace.written(100, Duration.ofMillis(1), Duration.ofMillis(10));
        }

        assertThat(pace.worthItsFlush(1_400)).isFalse();
        assertThat(pace.worthItsFlush(1_600)).isTrue();
    }

    @Test
    void one_slow_flush_changes_little() {
        for (int n = 0; n < 100; n++) {
            pace.written(100, Duration.ofMillis(1), Duration.ofMillis(1));
        }
        pace.written(100, Duration.ofMillis(1), Duration.ofMillis(10));

        assertThat(pace.worthItsFlush(250)).isTrue();
    }
}
