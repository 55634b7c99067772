package dev.varve.eventstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GatheringTest {

    private final Gathering gathering = new Gathering();

    @Test
    void nobody_is_awaited_before_the_first_answer() {
        gathering.arrived();

        assertThat(gathering.nanosLeft()).isZero();
    }

    @Test
    void as_many_are_awaited_as_were_answered() {
        gathering.answering(2);
        gathering.arrived();
        assertThat(gathering.complete()).isFalse();

        gathering.arrived();
        assertThat(gathering.complete()).isTrue();
        assertThat(gathering.nanosLeft()).isZero();
    }

    @Test
    void callers_who_do_not_come_back_are_not_awaited_for_a_while() {
        gathering.answering(10_000);
        gathering.taken();

        for (int batch = 0; batch < Gathering.BATCHES_WITHOUT; batch++) {
            gathering.answering(10_000);
            assertThat(gathering.nanosLeft()).isZero();
            gathering.taken();
        }
        assertThat(longestWait()).isBetween(1L, 80_000L);
    }

    @Test
    void an_attempt_that_answers_nobody_is_not_followed_by_a_wait() {
        gathering.answering(1);
        gathering.taken();
        for (int batch = 0; batch < Gathering.BATCHES_WITHOUT; batch++) {
            gathering.taken();
        }

        assertThat(gathering.nanosLeft()).isZero();
    }

    /** The thread may be held up for longer than the wait itself, so more than one is looked at. */
    private long longestWait() {
        long longest = 0;
        for (int n = 0; n < 1_000; n++) {
            gathering.answering(10_000);
            longest = Math.max(longest, gathering.nanosLeft());
        }
        return longest;
    }
}
