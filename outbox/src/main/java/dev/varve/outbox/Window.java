package dev.varve.outbox;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a relay has taken in from the outbox: up to which position, and which of it is not done. The checkpoint is the
 * position before the first that is not done. Belongs to one relay thread.
 */
final class Window {

    private final PositionRanges doneBefore;
    private @Nullable Entry first;
    private @Nullable Entry last;
    private long end;
    private int size;
    private long bytes;

    /**
     * Takes up where somebody else stopped.
     *
     * @param checkpoint everything up to here is done
     * @param doneBeyond done as well
     */
    Window(long checkpoint, PositionRanges doneBeyond) {
        this.end = checkpoint;
        this.doneBefore = doneBeyond;
    }

    /** Up to where it has taken in. */
    long end() {
        return end;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    @Nullable Entry first() {
        return first;
    }

    /** Whether a position was done already when this window began. */
    boolean wasDone(long position) {
        return doneBefore.contains(position);
    }

    void add(Entry entry) {
        entry.window = this;
        if (last == null) {
            first = entry;
        } else {
            last.after = entry;
            entry.before = last;
        }
        last = entry;
        size++;
        bytes += entry.message.payload().length;
    }

    /** Whether it was taken in here and is not done. */
    boolean holds(Entry entry) {
        return entry.window == this;
    }

    /** Everything up to here was looked at. */
    void reached(long position) {
        end = position;
    }

    void done(Entry entry) {
        Entry before = entry.before;
        Entry after = entry.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        entry.window = null;
        entry.before = null;
        entry.after = null;
        size--;
        bytes -= entry.message.payload().length;
    }

    long checkpoint() {
        return first == null ? Math.max(end, 0) : first.position() - 1;
    }

    /** What is done beyond the checkpoint; nothing when it would be more than a number of ranges. */
    PositionRanges doneBeyond(int most) {
        List<PositionRanges.Range> ranges = new ArrayList<>();
        if (first != null) {
            if (size > most) {
                return PositionRanges.NONE;
            }
            long from = first.position() + 1;
            for (Entry entry = first.after; entry != null; entry = entry.after) {
                addRange(ranges, from, entry.position() - 1);
                from = entry.position() + 1;
            }
            addRange(ranges, from, end);
        }
        return doneBefore.after(Math.max(end, 0)).and(ranges);
    }

    private static void addRange(List<PositionRanges.Range> ranges, long from, long to) {
        if (from <= to) {
            ranges.add(new PositionRanges.Range(from, to));
        }
    }
}
