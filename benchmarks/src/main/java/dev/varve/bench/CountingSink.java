package dev.varve.bench;

import dev.varve.outbox.Delivery;
import dev.varve.outbox.Message;
import dev.varve.outbox.Sink;
import dev.varve.outbox.SinkFactory;
import dev.varve.outbox.SinkSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Takes everything at once, but for keys that begin with {@code poison}, and counts it. */
final class CountingSink implements SinkFactory {

    private static final CompletionStage<Delivery> TAKEN = CompletableFuture.completedFuture(Delivery.DELIVERED);
    private static final CompletionStage<Delivery> REFUSED =
            CompletableFuture.completedFuture(new Delivery.Refused("poison"));

    private final AtomicLong taken = new AtomicLong();
    private final Map<String, Long> calledAt = new ConcurrentHashMap<>();
    private final boolean keepTimes;

    CountingSink(boolean keepTimes) {
        this.keepTimes = keepTimes;
    }

    long taken() {
        return taken.get();
    }

    /** When the message of a key was handed over, by {@link System#nanoTime}. */
    Map<String, Long> calledAt() {
        return calledAt;
    }

    @Override
    public String kind() {
        return "counting";
    }

    @Override
    public List<String> violations(SinkSettings settings) {
        return List.of();
    }

    @Override
    public Sink open(SinkSettings settings) {
        return new Sink() {
            @Override
            public CompletionStage<Delivery> deliver(Message message) {
                if (message.key().startsWith("poison")) {
                    return REFUSED;
                }
                if (keepTimes) {
                    calledAt.put(message.key(), System.nanoTime());
                }
                taken.incrementAndGet();
                return TAKEN;
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }
}
