package dev.varve.outbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends a range of messages again beside what goes out live, at a limited rate. Belongs to one relay thread.
 *
 * <p>A message sent again takes its turn behind what waits of its key, so the order of the live messages stays as it is;
 * it is marked, because a consumer sees it after newer ones. What is refused, or belongs to a parked key, is withheld.
 */
final class Replaying {

    private static final int AT_ONCE = 200;

    private final String subscription;
    private final SubscriptionFilter filter;
    private final MessageLog messages;
    private final ReplayProgress progress;
    private @Nullable RunningReplay replay;
    private Window window = new Window(0, PositionRanges.NONE);
    private long delivered;
    private long withheld;
    private long nextAt;
    private boolean changed;

    Replaying(String subscription, SubscriptionFilter filter, MessageLog messages, ReplayProgress progress) {
        this.subscription = subscription;
        this.filter = filter;
        this.messages = messages;
        this.progress = progress;
    }

    /** Looks whether one is asked for, or was cancelled. */
    void look(long now) {
        RunningReplay asked = progress.running(subscription).orElse(null);
        if (asked == null) {
            replay = null;
        } else if (replay == null || replay.id() != asked.id()) {
            replay = asked;
            window = new Window(asked.position(), PositionRanges.NONE);
            nextAt = now;
            changed = true;
        }
    }

    /** Everything under way is void; it begins again after what is known to be done. */
    void restart() {
        window = new Window(window.checkpoint(), PositionRanges.NONE);
    }

    /** Hands the next messages to the dispatch if it is time for them; true when there were some. */
    boolean fill(Dispatch dispatch, long now) {
        RunningReplay running = replay;
        if (running == null || window.size() > 0 || window.end() >= running.to() || now - nextAt < 0) {
            return false;
        }
        // A tenth of a second's worth at once, or one message if that is less. Few of many are looked for in longer
        // stretches.
        int share = Math.clamp(running.perSecond() / 10, 1, AT_ONCE);
        long upTo = Math.min(window.end() + (running.isNarrowed() ? AT_ONCE : share), running.to());
        List<Message> page = messages.read(window.end(), upTo, filter).stream()
                .filter(running::wants)
                .toList();
        if (page.size() > share) {
            page = page.subList(0, share);
            upTo = page.getLast().position();
        }
        for (Message message : page) {
            Entry entry = new Entry(message.asReplay(), Entry.Origin.REPLAY, dispatch.lane(message.key()));
            window.add(entry);
            dispatch.add(entry);
        }
        window.reached(upTo);
        changed = true;
        nextAt = now + 1_000_000_000L / running.perSecond() * page.size();
        return true;
    }

    void delivered(Entry entry) {
        delivered++;
        finish(entry);
    }

    void withheld(Entry entry) {
        withheld++;
        finish(entry);
    }

    private void finish(Entry entry) {
        // One of a replay that was cancelled belongs to a window that is gone.
        if (window.holds(entry)) {
            window.done(entry);
            changed = true;
        }
    }

    long nanosUntilNext(long now, long most) {
        return replay == null || window.size() > 0 || window.end() >= replay.to()
                ? most
                : Math.clamp(nextAt - now, 0, most);
    }

    void save() {
        RunningReplay running = replay;
        if (running == null || !changed) {
            return;
        }
        long position = window.checkpoint();
        boolean goesOn = progress.save(running.id(), position, delivered, withheld);
        changed = false;
        delivered = 0;
        withheld = 0;
        if (!goesOn || position >= running.to()) {
            replay = null;
        }
    }
}
