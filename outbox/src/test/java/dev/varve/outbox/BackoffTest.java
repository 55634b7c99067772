package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private static long[] millis(Backoff backoff) {
        return IntStream.of(1, 2, 3, 4, 5, 6, 1_000)
                .mapToLong(failures -> Duration.ofNanos(backoff.nanos(failures)).toMillis())
                .toArray();
    }

    @Test
    void doubles_up_to_the_longest() {
        assertThat(millis(new Backoff(FIRST, LONGEST))).containsExactly(100, 200, 400, 800, 1_000, 1_000, 1_000);
    }

    @Test
    void is_shortened_by_a_quarter_at_most() {
        assertThat(millis(new Backoff(FIRST, LONGEST, () -> 1))).containsExactly(75, 150, 300, 600, 750, 750, 750);
    }
}
