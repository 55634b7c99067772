package dev.varve.outbox;

import dev.varve.outbox.FailurePolicy.OnRefusal;
import java.util.ArrayList;
import java.util.List;

/** Notes what became of the messages that a {@link Dispatch} handed over, as the subscription's policy says. */
final class Outcomes implements Dispatch.Ends {

    private final FailurePolicy policy;
    private final Window window;
    private final Retries retries;
    private final Replaying replaying;
    private final Unsaved unsaved;
    private final RelayCounts counts;
    private final Runnable wake;
    private final List<String> toGoOn = new ArrayList<>();

    Outcomes(
            FailurePolicy policy,
            Window window,
            Retries retries,
            Replaying replaying,
            Unsaved unsaved,
            RelayCounts counts,
            Runnable wake) {
        this.policy = policy;
        this.window = window;
        this.retries = retries;
        this.replaying = replaying;
        this.unsaved = unsaved;
        this.counts = counts;
        this.wake = wake;
    }

    @Override
    public void wake() {
        wake.run();
    }

    /** Keys of which all that was in memory has been delivered; they go on once that is saved. */
    List<String> takeKeysToGoOn() {
        List<String> keys = List.copyOf(toGoOn);
        toGoOn.clear();
        return keys;
    }

    boolean hasKeysToGoOn() {
        return !toGoOn.isEmpty();
    }

    /** A message that comes while its key is parked. */
    void park(Message message) {
        unsaved.park(message);
        counts.parked.increment();
    }

    @Override
    public void delivered(Entry entry) {
        switch (entry.origin) {
            case LIVE -> {
                window.done(entry);
                counts.delivered.increment();
            }
            case PARKED -> {
                unsaved.unpark(entry.position());
                counts.delivered.increment();
                if (retries.delivered(entry)) {
                    toGoOn.add(entry.message.key());
                }
            }
            case REPLAY -> {
                replaying.delivered(entry);
                counts.replayed.increment();
            }
        }
    }

    @Override
    public boolean isParked(Entry entry) {
        return entry.origin == Entry.Origin.LIVE && retries.isParked(entry.message.key());
    }

    @Override
    public boolean refused(Entry entry, String reason) {
        counts.refused.increment();
        if (entry.origin == Entry.Origin.REPLAY) {
            replaying.withheld(entry);
            return true;
        }
        OnRefusal then = entry.origin == Entry.Origin.PARKED ? OnRefusal.PARK : policy.onRefusal();
        return switch (then) {
            case BLOCK -> false;
            case SKIP -> {
                window.done(entry);
                unsaved.skip(entry.message, reason);
                counts.skipped.increment();
                yield true;
            }
            case PARK -> {
                if (!isParked(entry)) {
                    unsaved.parkKey(entry.message.key(), reason, entry.attempts);
                    retries.park(entry.message.key());
                }
                parkBehind(entry);
                entry.lane.empty().forEach(this::parkBehind);
                yield true;
            }
        };
    }

    private void parkBehind(Entry entry) {
        switch (entry.origin) {
            case LIVE -> {
                window.done(entry);
                park(entry.message);
            }
            case PARKED -> {
                // It still stands among the parked messages.
            }
            case REPLAY -> replaying.withheld(entry);
        }
    }
}
