package dev.varve.outbox;

import dev.varve.outbox.Delivery.Delivered;
import dev.varve.outbox.Delivery.Refused;
import dev.varve.outbox.Delivery.Throttled;
import dev.varve.outbox.Delivery.Unavailable;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to a sink, in order within a key and at once over keys, and deals with the answers. Belongs to one
 * relay thread; only the answers come from others, through a queue.
 */
final class Dispatch {

    /** What the owner does when a message has come to its end. */
    interface Ends {
        void delivered(Entry entry);

        /** Whether the key's messages wait for an operator, so that nothing of it goes out of turn. */
        boolean isParked(Entry entry);

        /** No attempt is left. Answers whether the message is out of the way; if not, everything waits for it. */
        boolean refused(Entry entry, String reason);

        /** An answer is there to be taken; called by any thread. */
        void wake();
    }

    private record Answer(Entry entry, Delivery delivery) {}

    private final Sink sink;
    private final FailurePolicy policy;
    private final RelaySettings settings;
    private final Ends ends;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Deque<Lane> ready = new ArrayDeque<>();
    private final PriorityQueue<Lane> resting = new PriorityQueue<>(Comparator.comparingLong(Lane::notBefore));
    private final Set<Entry> underWay = new LinkedHashSet<>();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final int atOnce;
    private boolean unflushed;
    private int outages;
    private long pausedUntil;
    private long lastOutage;
    private @Nullable String trouble;
    private boolean failing;
    private @Nullable Entry blocking;

    /** @param failing whether the sink could not be reached when it was last tried, here or by another node */
    Dispatch(Sink sink, FailurePolicy policy, RelaySettings settings, Ends ends, boolean failing, long now) {
        this.sink = sink;
        this.policy = policy;
        this.settings = settings;
        this.ends = ends;
        this.failing = failing;
        this.atOnce = sink.inFlightPerKey();
        this.pausedUntil = now;
        this.lastOutage = now;
    }

    Lane lane(String key) {
        return lanes.computeIfAbsent(key, Lane::new);
    }

    /** Takes a message in, behind the others of its key. */
    void add(Entry entry) {
        entry.lane.add(entry);
        makeReady(entry.lane);
    }

    private void makeReady(Lane lane) {
        if (lane.enqueue()) {
            ready.addLast(lane);
        }
    }

    int underWay() {
        return underWay.size();
    }

    /** Why nothing goes out at present; null when all is well. */
    @Nullable String trouble() {
        return trouble;
    }

    /** Whether the sink's last answer was that it cannot be reached. */
    boolean isFailing() {
        return failing;
    }

    /** Gives the sink what it may have now. */
    void handOver(long now) {
        while (!resting.isEmpty() && now - resting.peek().notBefore() >= 0) {
            makeReady(resting.poll());
        }
        if (blocking != null) {
            handOverFrom(blocking.lane, now);
        } else {
            while (!ready.isEmpty() && blocking == null && mayHandOver(now)) {
                Lane lane = ready.pollFirst();
                lane.dequeue();
                handOverFrom(lane, now);
            }
        }
        if (unflushed && (ready.isEmpty() || !mayHandOver(now))) {
            unflushed = false;
            sink.flush();
        }
    }

    /** One message, so that keys take turns. */
    private void handOverFrom(Lane lane, long now) {
        if (lane.mayHandOver(atOnce, now) && mayHandOver(now)) {
            Entry entry = lane.next();
            if (entry != null) {
                handOver(entry, now);
            }
        }
        if (lane.mayHandOver(atOnce, now)) {
            makeReady(lane);
        } else {
            forgetIfIdle(lane);
        }
    }

    private boolean mayHandOver(long now) {
        // After an outage one message goes ahead, to see whether the sink is back.
        return now - pausedUntil >= 0 && underWay.size() < (outages > 0 ? 1 : settings.inFlight());
    }

    private void handOver(Entry entry, long now) {
        entry.handedOverAt = now;
        underWay.add(entry);
        unflushed = true;
        CompletableFuture<Delivery> answer = deliver(entry.message).toCompletableFuture();
        if (answer.isDone()) {
            take(entry, answer.handle(Dispatch::delivery).join(), now);
        } else {
            var unused = answer.whenComplete((delivery, failure) -> {
                answers.add(new Answer(entry, delivery(delivery, failure)));
                ends.wake();
            });
        }
    }

    private CompletionStage<Delivery> deliver(Message message) {
        try {
            return sink.deliver(message);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Delivery delivery(@Nullable Delivery delivery, @Nullable Throwable failure) {
        if (delivery != null) {
            return delivery;
        }
        // Only the class: the text of a foreign exception may hold the payload.
        return new Unavailable(
                failure == null ? "no answer" : failure.getClass().getSimpleName());
    }

    /** Deals with the answers that came. */
    void takeAnswers(long now) {
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            take(answer.entry(), answer.delivery(), now);
        }
    }

    private void take(Entry entry, Delivery delivery, long now) {
        underWay.remove(entry);
        Lane lane = entry.lane;
        lane.answered(entry);
        failing = delivery instanceof Unavailable;
        switch (delivery) {
            case Delivered() -> {
                outages = 0;
                trouble = null;
                if (blocking == entry) {
                    blocking = null;
                }
                ends.delivered(entry);
            }
            case Refused(String reason) -> refused(entry, reason, now);
            case Throttled(var retryAfter) -> {
                putBack(entry, "throttled");
                trouble = "throttled";
                pausedUntil = Math.max(pausedUntil, now + Math.max(0, retryAfter.toNanos()));
            }
            case Unavailable(String reason) -> {
                putBack(entry, reason);
                unavailable(entry, reason, now);
            }
        }
        if (lane.isIdle()) {
            forgetIfIdle(lane);
        } else if (now - lane.notBefore() >= 0) {
            makeReady(lane);
        }
    }

    private void putBack(Entry entry, String reason) {
        if (!ends.isParked(entry) || !ends.refused(entry, reason)) {
            entry.lane.putBack(entry);
        }
    }

    private void unavailable(Entry entry, String reason, long now) {
        trouble = reason;
        // Messages that were under way together fail together; that is one outage.
        if (outages == 0 || entry.handedOverAt - lastOutage >= 0) {
            outages++;
            lastOutage = now;
            pausedUntil = now + settings.outage().nanos(outages);
        }
    }

    private void refused(Entry entry, String reason, long now) {
        outages = 0;
        entry.attempts++;
        if (entry.attempts < policy.attempts() && !ends.isParked(entry)) {
            again(entry, settings.refusal().nanos(entry.attempts), now);
        } else if (ends.refused(entry, reason)) {
            trouble = null;
        } else {
            blocking = entry;
            trouble = "blocked: " + reason;
            again(entry, settings.refusal().longest().toNanos(), now);
        }
    }

    private void again(Entry entry, long wait, long now) {
        entry.lane.putBack(entry);
        entry.lane.holdUntil(now + wait);
        resting.add(entry.lane);
    }

    private void forgetIfIdle(Lane lane) {
        if (lane.isIdle()) {
            lanes.remove(lane.key, lane);
        }
    }

    /** Whether the sink has kept a message for too long without an answer. */
    boolean isSilent(long now) {
        return !underWay.isEmpty()
                && now - underWay.iterator().next().handedOverAt
                        > settings.deliveryTimeout().toNanos();
    }

    /** How long to wait, at most, for the next thing that time alone makes possible. */
    long nanosUntilNext(long now, long most) {
        long next = most;
        if (!resting.isEmpty()) {
            next = Math.min(next, resting.peek().notBefore() - now);
        }
        if (now - pausedUntil < 0) {
            next = Math.min(next, pausedUntil - now);
        }
        return Math.max(0, next);
    }
}
