package dev.varve.outbox.sink.webhook;

import dev.varve.outbox.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Since when an endpoint has failed, over all sinks that this node opened to it. A node that takes over counts anew.
 */
final class WebhookHealth {

    private final InstantSource clock;
    private final AtomicReference<@Nullable Instant> failingSince = new AtomicReference<>();

    WebhookHealth(InstantSource clock) {
        this.clock = clock;
    }

    /** Notes an answer; true when this one makes the failure longer than is tolerated, after which it counts anew. */
    boolean failedFor(Delivery answer, Duration tolerated) {
        if (!(answer instanceof Delivery.Unavailable)) {
            failingSince.set(null);
            return false;
        }
        Instant now = clock.instant();
        Instant since = failingSince.updateAndGet(before -> before == null ? now : before);
        return since != null
                && Duration.between(since, now).compareTo(tolerated) >= 0
                && failingSince.compareAndSet(since, null);
    }
}
