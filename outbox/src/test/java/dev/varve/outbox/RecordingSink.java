package dev.varve.outbox;

import dev.varve.outbox.Delivery.Delivered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A consumer in memory that answers as a test wants, and keeps what it took. */
final class RecordingSink implements SinkFactory {

    private final List<Message> taken = new ArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile @Nullable Duration pauseAfter;
    private volatile Function<Message, Delivery> answers = message -> Delivery.DELIVERED;
    private volatile Function<Message, CompletionStage<Delivery>> consumer =
            message -> CompletableFuture.completedFuture(answer(message));

    @Override
    public String kind() {
        return "recording";
    }

    @Override
    public List<String> violations(SinkSettings settings) {
        return List.of();
    }

    @Override
    public Optional<Duration> pauseAfter(SinkSettings settings) {
        return Optional.ofNullable(pauseAfter);
    }

    /** Is paused when it has failed for so long. */
    void pauseAfter(Duration wanted) {
        pauseAfter = wanted;
    }

    @Override
    public Sink open(SinkSettings settings) {
        opened.incrementAndGet();
        return new Sink() {
            @Override
            public CompletionStage<Delivery> deliver(Message message) {
                return consumer.apply(message);
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }

    /** Answers at once. */
    void answer(Function<Message, Delivery> wanted) {
        answers = wanted;
    }

    /** Answers when it likes; {@link #answer(Message)} is for the end of it. */
    void consume(Function<Message, CompletionStage<Delivery>> wanted) {
        consumer = wanted;
    }

    Delivery answer(Message message) {
        Delivery delivery = answers.apply(message);
        if (delivery instanceof Delivered) {
            synchronized (taken) {
                taken.add(message);
            }
        }
        return delivery;
    }

    int opened() {
        return opened.get();
    }

    List<Message> taken() {
        synchronized (taken) {
            return List.copyOf(taken);
        }
    }

    List<Long> positions() {
        return taken().stream().map(Message::position).toList();
    }

    List<Long> positionsOf(String key) {
        return taken().stream()
                .filter(message -> message.key().equals(key))
                .map(Message::position)
                .toList();
    }

    Map<String, List<Long>> byKey() {
        Map<String, List<Long>> byKey = new LinkedHashMap<>();
        for (Message message : taken()) {
            byKey.computeIfAbsent(message.key(), key -> new ArrayList<>()).add(message.position());
        }
        return byKey;
    }
}
