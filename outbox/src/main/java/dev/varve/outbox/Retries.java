package dev.varve.outbox;

import dev.varve.outbox.Leases.Lease;
import dev.varve.outbox.ParkedKeys.Wanted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The keys that are parked, and those of them that an operator wants tried again. Belongs to one relay thread.
 *
 * <p>While a key is tried again its live messages are still parked behind; only when nothing of it is parked any more
 * does it go on live, so its order is kept throughout.
 */
final class Retries {

    private static final class Retry {
        private final long upTo;
        private int left;

        private Retry(long upTo) {
            this.upTo = upTo;
        }
    }

    private final Lease lease;
    private final ParkedKeys parked;
    private final MessageLog messages;
    private final int lastAttempt;
    private final Set<String> keys;
    private final Map<String, Retry> running = new HashMap<>();

    Retries(Lease lease, ParkedKeys parked, MessageLog messages, FailurePolicy policy) {
        this.lease = lease;
        this.parked = parked;
        this.messages = messages;
        this.lastAttempt = policy.attempts() - 1;
        this.keys = parked.all(lease.subscription());
    }

    boolean isParked(String key) {
        return keys.contains(key);
    }

    void park(String key) {
        keys.add(key);
        running.remove(key);
    }

    int size() {
        return keys.size();
    }

    /** Everything under way is void. */
    void restart() {
        running.clear();
    }

    /** Takes up what operators want. What this relay parked so far must have been saved. */
    void look(Dispatch dispatch) {
        for (Wanted wanted : parked.wanted(lease.subscription())) {
            if (!running.containsKey(wanted.key())) {
                Retry retry = new Retry(wanted.retryUpTo());
                running.put(wanted.key(), retry);
                next(wanted.key(), retry, dispatch);
            }
        }
    }

    private void next(String key, Retry retry, Dispatch dispatch) {
        List<Long> positions = parked.positions(lease.subscription(), key, retry.upTo);
        if (positions.isEmpty()) {
            running.remove(key);
            if (parked.settle(lease, key)) {
                keys.remove(key);
            }
            return;
        }
        List<Message> again = messages.readAt(positions);
        if (again.size() < positions.size()) {
            throw new IllegalStateException("%d of %d parked messages of subscription %s are not in the outbox"
                    .formatted(positions.size() - again.size(), positions.size(), lease.subscription()));
        }
        retry.left = again.size();
        for (Message message : again) {
            Entry entry = new Entry(message, Entry.Origin.PARKED, dispatch.lane(key));
            entry.attempts = lastAttempt;
            dispatch.add(entry);
        }
    }

    /** Counts a delivered message; true when it was the last of those in memory, so that {@link #goOn} is due. */
    boolean delivered(Entry entry) {
        Retry retry = running.get(entry.message.key());
        return retry != null && --retry.left == 0;
    }

    /** Goes on with a key once what was delivered of it has been saved. */
    void goOn(String key, Dispatch dispatch) {
        Retry retry = running.get(key);
        if (retry != null && retry.left == 0) {
            next(key, retry, dispatch);
        }
    }
}
