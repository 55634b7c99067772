package dev.varve.outbox.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.outbox.Delivery;
import dev.varve.outbox.Message;
import dev.varve.outbox.Sink;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the relay relies on in any sink. The test of a sink extends this and brings the other end.
 *
 * <p>It is in this module's test jar and not in test-kit, because test-kit is below this module and cannot name its
 * types.
 */
public abstract class SinkConformance {

    /** What a consumer can do to a sink; one that has no such trouble, such as the log, leaves it out. */
    public enum Trouble {
        REFUSES,
        THROTTLES,
        GOES_DOWN
    }

    /** What arrived at the other end. */
    public record Received(UUID id, String type, String key, String payload) {}

    /** The other end, which a test can spoil. */
    public interface Consumer extends AutoCloseable {

        /** A new sink to this consumer. */
        Sink open();

        /** All that arrived so far, in its order; of one key at least. */
        List<Received> received();

        /** A message that this consumer never takes. */
        default Message unwanted(long position, String key) {
            throw new UnsupportedOperationException();
        }

        default void throttle() {
            throw new UnsupportedOperationException();
        }

        default void goDown() {
            throw new UnsupportedOperationException();
        }

        /** Takes messages again, after {@link #throttle} or {@link #goDown}. */
        default void comeBack() {
            throw new UnsupportedOperationException();
        }

        @Override
        void close();
    }

    private Consumer consumer = new NoConsumer();

    protected abstract Consumer consumer();

    protected Set<Trouble> troubles() {
        return EnumSet.allOf(Trouble.class);
    }

    @BeforeEach
    void connect() {
        consumer = consumer();
    }

    @AfterEach
    void disconnect() {
        consumer.close();
    }

    @Test
    void hands_over_every_message_once_and_in_order_of_its_key() throws InterruptedException {
        List<Message> messages = Messages.over(20, 300);

        try (Sink sink = consumer.open()) {
            assertThat(HandOver.of(sink, messages).delivered()).hasSameElementsAs(messages);
        }

        assertThat(idsByKey(consumer.received())).isEqualTo(idsOf(messages));
    }

    @Test
    void hands_over_a_message_as_it_was_written() throws InterruptedException {
        Message message = Messages.of(7, "Zürich, \"HB\" 3/\n", "{\"b\":1,  \"a\": \"\\u00fc — ü\"}");

        try (Sink sink = consumer.open()) {
            HandOver.of(sink, List.of(message));
        }

        assertThat(consumer.received())
                .containsExactly(new Received(
                        message.id(), message.type(), message.key(), "{\"b\":1,  \"a\": \"\\u00fc — ü\"}"));
    }

    @Test
    void answers_at_once_when_nothing_more_comes() throws InterruptedException {
        try (Sink sink = consumer.open()) {
            HandOver.of(sink, List.of(Messages.of(1, "warm")));
            long began = System.nanoTime();

            HandOver.of(sink, List.of(Messages.of(2, "warm")));

            assertThat(System.nanoTime() - began).as("nanoseconds").isLessThan(5_000_000_000L);
        }
    }

    @Test
    void a_refused_message_stands_for_itself_alone() throws InterruptedException {
        assumeTrue(troubles().contains(Trouble.REFUSES));
        List<Message> messages = new ArrayList<>(Messages.over(5, 50));
        Message unwanted = consumer.unwanted(51, "unwanted");
        messages.add(25, unwanted);

        try (Sink sink = consumer.open()) {
            HandOver.Outcome outcome = HandOver.of(sink, messages);

            assertThat(outcome.refused()).containsExactly(unwanted);
            assertThat(outcome.delivered()).hasSize(50);
            assertThat(HandOver.of(sink, List.of(Messages.of(52, "unwanted"))).delivered())
                    .as("the next of the same key, after somebody decided about the refused one")
                    .hasSize(1);
        }
        assertThat(consumer.received()).extracting(Received::id).doesNotContain(unwanted.id());
    }

    @Test
    void a_reason_can_be_grouped_and_says_nothing_of_the_message() throws InterruptedException {
        assumeTrue(troubles().contains(Trouble.REFUSES));

        try (Sink sink = consumer.open()) {
            Map<Message, Delivery> answers = HandOver.of(
                            sink, List.of(consumer.unwanted(1, "one"), consumer.unwanted(2, "two")))
                    .answers();

            assertThat(answers.values())
                    .hasSize(2)
                    .allSatisfy(answer -> assertThat(answer)
                            .isInstanceOfSatisfying(
                                    Delivery.Refused.class,
                                    refused -> assertThat(refused.reason())
                                            .isNotBlank()
                                            .doesNotContain("Zürich", "one", "two")));
            assertThat(new LinkedHashSet<>(answers.values())).as("reasons").hasSize(1);
        }
    }

    @Test
    void is_unavailable_while_the_consumer_is_down_and_loses_nothing() throws InterruptedException {
        assumeTrue(troubles().contains(Trouble.GOES_DOWN));
        List<Message> messages = Messages.over(4, 40);
        List<Message> first = messages.subList(0, 20);
        List<Message> second = messages.subList(20, 40);

        try (Sink sink = consumer.open()) {
            HandOver.of(sink, first);
            consumer.goDown();
            HandOver.Outcome outcome = HandOver.of(sink, second);
            assertThat(outcome.delivered()).isEmpty();
            assertThat(outcome.unavailable()).isNotEmpty();
            assertThat(outcome.refused()).isEmpty();
        }
        consumer.comeBack();
        try (Sink sink = consumer.open()) {
            assertThat(HandOver.of(sink, second).delivered()).hasSameElementsAs(second);
        }

        assertThat(withoutRepetition(consumer.received())).isEqualTo(idsOf(messages));
    }

    @Test
    void says_how_long_to_wait_when_it_is_too_fast() throws InterruptedException {
        assumeTrue(troubles().contains(Trouble.THROTTLES));
        Message message = Messages.of(1, "key");

        try (Sink sink = consumer.open()) {
            consumer.throttle();
            HandOver.Outcome outcome = HandOver.of(sink, List.of(message));

            assertThat(outcome.throttled()).containsExactly(message);
            assertThat(outcome.answers().get(message))
                    .isInstanceOfSatisfying(
                            Delivery.Throttled.class,
                            throttled -> assertThat(throttled.retryAfter()).isPositive());
            consumer.comeBack();
            assertThat(HandOver.of(sink, List.of(message)).delivered()).containsExactly(message);
        }
    }

    @Test
    void closing_answers_what_is_on_its_way_and_the_next_sink_goes_on() throws InterruptedException {
        List<Message> messages = Messages.over(50, 200);
        List<Message> left = new ArrayList<>(messages);

        Sink sink = consumer.open();
        left.removeAll(HandOver.of(sink, messages.subList(0, 100)).delivered());
        sink.close();
        sink.close();
        try (Sink next = consumer.open()) {
            left.removeAll(HandOver.of(next, left).delivered());
        }

        assertThat(left).isEmpty();
        assertThat(idsByKey(consumer.received())).isEqualTo(idsOf(messages));
    }

    private static Map<String, List<UUID>> idsOf(List<Message> messages) {
        return idsByKey(messages.stream()
                .map(message -> new Received(message.id(), message.type(), message.key(), ""))
                .toList());
    }

    private static Map<String, List<UUID>> idsByKey(List<Received> received) {
        Map<String, List<UUID>> byKey = new LinkedHashMap<>();
        received.forEach(message ->
                byKey.computeIfAbsent(message.key(), key -> new ArrayList<>()).add(message.id()));
        return byKey;
    }

    private static Map<String, List<UUID>> withoutRepetition(List<Received> received) {
        Map<String, List<UUID>> byKey = idsByKey(received);
        byKey.replaceAll((key, ids) -> List.copyOf(new LinkedHashSet<>(ids)));
        return byKey;
    }

    private record NoConsumer() implements Consumer {
        @Override
        public Sink open() {
            throw new IllegalStateException("no consumer before the test");
        }

        @Override
        public List<Received> received() {
            return List.of();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
