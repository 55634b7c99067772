package dev.varve.outbox;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a subscription's sink, closes it when it fails, and says when to try again and what the trouble is. */
final class SinkDoor {

    private static final Logger log = LoggerFactory.getLogger(SinkDoor.class);

    private final Subscription subscription;
    private final SinkFactory factory;
    private final Backoff waits;

    private volatile @Nullable Duration pauseAfter;
    private @Nullable Sink sink;
    private @Nullable String trouble;
    private int failures;
    private long openAt = System.nanoTime();

    SinkDoor(Subscription subscription, SinkFactory factory, Backoff waits) {
        this.subscription = subscription;
        this.factory = factory;
        this.waits = waits;
    }

    /** The sink; null while it rests after a failure. A sink that cannot be opened rests longer each time. */
    @Nullable Sink open(long now) {
        if (sink == null && now - openAt >= 0) {
            try {
                SinkSettings settings = subscription.sinkSettings();
                pauseAfter = factory.pauseAfter(settings).orElse(null);
                sink = factory.open(settings);
            } catch (OutboxException e) {
                throw e;
            } catch (RuntimeException e) {
                fail("the sink could not be opened: " + e.getMessage());
            }
        }
        return sink;
    }

    /** It works, so its next failure is its first. */
    void works() {
        failures = 0;
        trouble = null;
    }

    /** Closes it for a while. */
    void fail(String reason) {
        close();
        failures++;
        trouble = reason;
        openAt = System.nanoTime() + waits.nanos(failures);
    }

    /** Why there is no sink; null before the first was tried. */
    @Nullable String trouble() {
        return trouble;
    }

    /** How long the sink may fail before the subscription is paused; empty before it was opened, too. */
    Optional<Duration> pauseAfter() {
        return Optional.ofNullable(pauseAfter);
    }

    long nanosUntilNext(long now) {
        return openAt - now;
    }

    /** The sink where it keeps the checkpoint itself. */
    @Nullable CheckpointingSink checkpointing() {
        return sink instanceof CheckpointingSink own ? own : null;
    }

    void close() {
        Sink open = sink;
        sink = null;
        if (open != null) {
            try {
                open.close();
            } catch (RuntimeException e) {
                log.warn("a sink could not be closed subscription={} reason={}", subscription.name(), e.toString());
            }
        }
    }
}
