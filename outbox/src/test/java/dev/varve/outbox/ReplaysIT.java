package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.outbox.FailurePolicy.OnRefusal;
import dev.varve.outbox.Replays.Range;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplaysIT {

    private Outbox outbox;
    private Replays replays;
    private final RecordingSink sink = new RecordingSink();

    @BeforeEach
    void open() {
        outbox = new Outbox();
        replays = new Replays(outbox.dataSource, outbox.messages);
        outbox.subscribe("weather", new FailurePolicy(OnRefusal.PARK, 1));
        outbox.node(sink);
        outbox.write("a", "b", "a", "b", "a");
        await().until(() -> outbox.subscriptions.status("weather").position() == 5);
    }

    @AfterEach
    void close() {
        outbox.close();
    }

    @Test
    void send_what_was_sent_again_with_a_mark_and_live_order_kept() {
        replays.start("weather", from(new StartPosition.After(1)), 1_000, "lost by the consumer", "ann");
        outbox.write("a", "b", "c");

        await().until(() -> sink.taken().size() == 12);
        assertThat(marked(true)).containsExactlyInAnyOrder(2L, 3L, 4L, 5L);
        assertThat(marked(false)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(sink.taken().stream()
                        .filter(message -> !message.replay() && message.key().equals("a")))
                .extracting(Message::position)
                .containsExactly(1L, 3L, 5L, 6L);
        await().until(() -> outbox.subscriptions.status("weather").replay() == null);
    }

    @Test
    void send_only_what_they_are_narrowed_to() {
        Range ofB = new Range(new StartPosition.Beginning(), new StartPosition.Now(), Set.of(), Set.of("b"));
        Range ofNoType = new Range(new StartPosition.Beginning(), new StartPosition.Now(), Set.of("none"), Set.of());

        assertThat(replays.count("weather", ofB)).isEqualTo(2);
        assertThat(replays.count("weather", ofNoType)).isZero();
        long id = replays.start("weather", ofB, 10, "lost by the consumer", "ann");
        await().until(() -> "done".equals(replays.find(id).orElseThrow().state()));

        assertThat(marked(true)).containsExactly(2L, 4L);
        assertThat(replays.find(id).orElseThrow().delivered()).isEqualTo(2);
        assertThat(replays.find(id).orElseThrow().keys()).containsExactly("b");
    }

    @Test
    void end_before_a_position_and_rest_while_they_are_paused() {
        long id = replays.start(
                "weather",
                new Range(new StartPosition.After(1), new StartPosition.After(4)),
                2,
                "lost by the consumer",
                "ann");
        assertThat(replays.pause(id, "too much at once", "ann")).isTrue();
        assertThat(replays.pause(id, null, "ann")).isFalse();
        assertThat(outbox.subscriptions.status("weather").replay())
                .satisfies(replay -> assertThat(replay.state()).isEqualTo("paused"));
        assertThatThrownBy(() -> replays.start("weather", from(new StartPosition.Beginning()), 1, null, "ann"))
                .isInstanceOf(ReplayRunningException.class);

        assertThat(replays.resume(id, null, "ann")).isTrue();
        await().until(() -> "done".equals(replays.find(id).orElseThrow().state()));

        assertThat(marked(true)).contains(2L, 3L, 4L).doesNotContain(1L, 5L);
        assertThat(replays.newest(1)).singleElement().satisfies(replay -> {
            assertThat(replay.position()).isEqualTo(4);
            assertThat(replay.endedAt()).isNotNull();
        });
        assertThat(replays.cancel(id, null, "ann")).isFalse();
    }

    @Test
    void run_one_at_a_time_and_can_be_cancelled() {
        replays.start("weather", from(new StartPosition.Beginning()), 1, null, "ann");
        assertThatThrownBy(() -> replays.start("weather", from(new StartPosition.Beginning()), 1, null, "ann"))
                .isInstanceOf(ReplayRunningException.class);

        assertThat(replays.cancel("weather", "not needed", "ann")).isTrue();
        assertThat(replays.cancel("weather", "not needed", "ann")).isFalse();
        assertThat(outbox.subscriptions.status("weather").replay()).isNull();
    }

    @Test
    void are_for_subscriptions_that_exist() {
        assertThatThrownBy(() -> replays.start("other", from(new StartPosition.Beginning()), 1, null, "ann"))
                .isInstanceOf(SubscriptionUnknownException.class);
    }

    @Test
    void say_before_how_many_messages_they_would_send() {
        assertThat(replays.count("weather", from(new StartPosition.After(1)))).isEqualTo(4);
        assertThat(replays.count("weather", new Range(new StartPosition.After(1), new StartPosition.After(3))))
                .isEqualTo(2);
        assertThat(marked(true)).isEmpty();
    }

    @Test
    void begin_before_they_end() {
        Range backwards = new Range(new StartPosition.After(3), new StartPosition.After(1));
        assertThatThrownBy(() -> replays.start("weather", backwards, 1, null, "ann"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to lies before from");
    }

    private static Range from(StartPosition start) {
        return Range.from(start);
    }

    private List<Long> marked(boolean replay) {
        return sink.taken().stream()
                .filter(message -> message.replay() == replay)
                .map(Message::position)
                .toList();
    }
}
