package dev.varve.outbox.sink;

import dev.varve.outbox.Delivery;
import dev.varve.outbox.Message;
import dev.varve.outbox.Sink;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A relay in small: keeps to {@link Sink#inFlightPerKey}, tries nothing twice, and hands over nothing of a key after
 * something of it was not delivered.
 */
public final class HandOver {

    private static final Duration DEADLINE = Duration.ofSeconds(40);

    /** What became of the messages, in the order of the answers; those behind an undelivered one are missing. */
    public record Outcome(Map<Message, Delivery> answers) {

        public List<Message> delivered() {
            return with(Delivery.Delivered.class::isInstance);
        }

        public List<Message> refused() {
            return with(Delivery.Refused.class::isInstance);
        }

        public List<Message> unavailable() {
            return with(Delivery.Unavailable.class::isInstance);
        }

        public List<Message> throttled() {
            return with(Delivery.Throttled.class::isInstance);
        }

        private List<Message> with(Predicate<Delivery> wanted) {
            return answers.entrySet().stream()
                    .filter(answer -> wanted.test(answer.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    private record Answer(Message message, Delivery delivery) {}

    private static final class Lane {
        final Deque<Message> waiting = new ArrayDeque<>();
        int inFlight;
    }

    private final Sink sink;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final Map<Message, Delivery> outcome = new LinkedHashMap<>();
    private int inFlight;

    private HandOver(Sink sink, List<Message> messages) {
        this.sink = sink;
        for (Message message : messages) {
            lanes.computeIfAbsent(message.key(), key -> new Lane()).waiting.add(message);
        }
    }

    /** Hands everything over and waits for the answers. */
    public static Outcome of(Sink sink, List<Message> messages) throws InterruptedException {
        HandOver handOver = new HandOver(sink, messages);
        List.copyOf(handOver.lanes.values()).forEach(handOver::fill);
        sink.flush();
        while (handOver.inFlight > 0) {
            handOver.takeAnswer();
        }
        return new Outcome(handOver.outcome);
    }

    private void fill(Lane lane) {
        while (lane.inFlight < sink.inFlightPerKey() && !lane.waiting.isEmpty()) {
            Message message = lane.waiting.removeFirst();
            lane.inFlight++;
            inFlight++;
            sink.deliver(message)
                    .whenComplete((delivery, failure) -> answers.add(new Answer(message, answer(delivery, failure))));
        }
    }

    private static Delivery answer(@Nullable Delivery delivery, @Nullable Throwable failure) {
        return delivery != null ? delivery : new Delivery.Unavailable(String.valueOf(failure));
    }

    private void takeAnswer() throws InterruptedException {
        Answer answer = answers.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("no answer for %s within %s".formatted(unanswered(), DEADLINE));
        }
        inFlight--;
        outcome.put(answer.message(), answer.delivery());
        Lane lane = lanes.get(answer.message().key());
        if (lane == null) {
            throw new AssertionError("an answer for a message that was not handed over: " + answer.message());
        }
        lane.inFlight--;
        if (answer.delivery() instanceof Delivery.Delivered) {
            fill(lane);
            if (answers.isEmpty()) {
                sink.flush();
            }
        } else {
            lane.waiting.clear();
        }
    }

    private List<String> unanswered() {
        List<String> keys = new ArrayList<>();
        lanes.forEach((key, lane) -> {
            if (lane.inFlight > 0) {
                keys.add(lane.inFlight + " of " + key);
            }
        });
        return keys;
    }
}
