package dev.varve.outbox;

import dev.varve.outbox.Leases.Lease;
import dev.varve.outbox.Leases.Taken;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one subscription while this node holds its lease: the thread that does so, and what others may tell it. All
 * that it delivers with is {@link Delivering}'s, and that thread's alone.
 */
final class SubscriptionRelay {

    private static final Logger log = LoggerFactory.getLogger(SubscriptionRelay.class);
    private static final long REST_NANOS = 100_000_000;

    /** What a relay needs of its node. */
    record Surroundings(
            MessageTail tail,
            MessageLog messages,
            Leases leases,
            Progress progress,
            ParkedKeys parkedKeys,
            ReplayProgress replays,
            RelaySettings settings,
            RelayCounts counts) {}

    private final String subscription;
    private final long revision;
    private final Lease lease;
    private final Surroundings around;
    private final Delivering delivering;
    private final Thread thread;

    private volatile boolean signalled;
    private volatile boolean stopping;
    private volatile boolean lost;
    private volatile boolean ended;
    private volatile boolean released;
    private volatile boolean attention;
    private volatile long validUntil;

    SubscriptionRelay(
            Subscription subscription,
            long revision,
            SinkFactory factory,
            Taken taken,
            long generation,
            Surroundings around,
            long validUntil) {
        this.subscription = subscription.name();
        this.revision = revision;
        this.lease = taken.lease();
        this.around = around;
        this.validUntil = validUntil;
        this.delivering = new Delivering(subscription, factory, taken, generation, around, this::wake);
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("varve-relay-" + subscription.name())
                .unstarted(this::run);
    }

    Lease lease() {
        return lease;
    }

    long revision() {
        return revision;
    }

    void start() {
        thread.start();
    }

    /** Lets what is under way come to its end, saves exactly what is done, and ends. */
    void stop() {
        stopping = true;
        wake();
    }

    /** The lease is somebody else's: ends without another word. */
    void lose() {
        lost = true;
        wake();
    }

    /** The longest that its sink may fail before the subscription is paused, if it has failed so long. */
    Optional<Duration> failedTooLong(Duration failingFor) {
        return delivering.pauseAfter().filter(most -> failingFor.compareTo(most) >= 0);
    }

    /** Whether it needs its lease no more. */
    boolean hasEnded() {
        return ended || released;
    }

    void awaitEnd(Duration most) {
        try {
            thread.join(most);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The lease was prolonged; nothing goes out after it has run out, so a node that slept too long does no harm. */
    void renewed(long until, boolean wanted) {
        validUntil = until;
        if (wanted) {
            attention = true;
            wake();
        }
    }

    private void wake() {
        if (!signalled) {
            signalled = true;
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        try (var listening = around.tail().onGrowth(this::wake)) {
            Objects.requireNonNull(listening);
            while (!stopping && !isLost()) {
                signalled = false;
                attempt();
            }
            if (!isLost()) {
                drain();
            }
        } catch (OutboxException e) {
            // What was delivered and could not be saved will be delivered again by whoever takes over.
            log.warn("a relay could not save its checkpoint subscription={} reason={}", subscription, e.getMessage());
        } catch (RuntimeException e) {
            log.error("a relay ended subscription={} position={}", subscription, delivering.position(), e);
        } finally {
            delivering.close();
            ended = true;
        }
    }

    private boolean isLost() {
        return lost || delivering.isLost();
    }

    private void attempt() {
        if (attention) {
            attention = false;
            delivering.attend();
        }
        try {
            rest(delivering.round(validUntil));
        } catch (OutboxException e) {
            log.warn(
                    "a relay could not reach the database subscription={} position={} reason={}",
                    subscription,
                    delivering.position(),
                    e.getMessage());
            rest(REST_NANOS);
        }
    }

    private void rest(long nanos) {
        if (!signalled && nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    private void drain() {
        long end = System.nanoTime() + around.settings().drainTimeout().toNanos();
        while (delivering.isUnderWay() && System.nanoTime() - end < 0) {
            signalled = false;
            delivering.takeAnswers();
            if (delivering.isUnderWay()) {
                rest(REST_NANOS);
            }
        }
        if (delivering.finish()) {
            released = true;
            around.leases().release(lease);
        }
        log.info("handing over subscription={} position={}", subscription, delivering.position());
    }
}
