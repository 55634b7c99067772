package dev.varve.outbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of one key that are not finished, in the order in which they go out. Belongs to one relay thread. */
final class Lane {

    final String key;
    private final Deque<Entry> waiting = new ArrayDeque<>(2);
    private int inFlight;
    private boolean broken;
    private boolean queued;
    private long notBefore;

    Lane(String key) {
        this.key = key;
    }

    void add(Entry entry) {
        waiting.addLast(entry);
    }

    /** Whether one more may go out. After a failure all that is under way is waited for, so that none overtakes. */
    boolean mayHandOver(int atOnce, long now) {
        return !waiting.isEmpty() && inFlight < atOnce && !broken && now - notBefore >= 0;
    }

    @Nullable Entry next() {
        Entry entry = waiting.pollFirst();
        if (entry != null) {
            inFlight++;
            entry.inFlight = true;
        }
        return entry;
    }

    /** An answer came, whatever it was. */
    void answered(Entry entry) {
        entry.inFlight = false;
        inFlight--;
        if (inFlight == 0) {
            broken = false;
        }
    }

    /** It goes out again, in its old place among those that wait. */
    void putBack(Entry entry) {
        broken = inFlight > 0;
        List<Entry> earlier = new ArrayList<>(1);
        while (!waiting.isEmpty() && comesBefore(waiting.peekFirst(), entry)) {
            earlier.add(waiting.pollFirst());
        }
        waiting.addFirst(entry);
        for (int i = earlier.size() - 1; i >= 0; i--) {
            waiting.addFirst(earlier.get(i));
        }
    }

    private static boolean comesBefore(Entry one, Entry other) {
        return one.origin == other.origin && one.position() < other.position();
    }

    /** Takes out everything that waits. */
    List<Entry> empty() {
        List<Entry> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    void holdUntil(long nanos) {
        notBefore = nanos;
    }

    long notBefore() {
        return notBefore;
    }

    /** Nothing waits and nothing is under way. */
    boolean isIdle() {
        return waiting.isEmpty() && inFlight == 0;
    }

    /** Whether it stands in the relay's queue of lanes; true when that is new. */
    boolean enqueue() {
        boolean isNew = !queued;
        queued = true;
        return isNew;
    }

    void dequeue() {
        queued = false;
    }
}
