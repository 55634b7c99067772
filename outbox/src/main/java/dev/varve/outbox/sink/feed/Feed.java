package dev.varve.outbox.sink.feed;

import dev.varve.outbox.Message;
import dev.varve.outbox.MessageLog;
import dev.varve.outbox.MessageTail;
import dev.varve.outbox.Place;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.SubscriptionFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What consumers fetch, and the streams that wait for more. However many wait, one reader per node asks the database;
 * whoever is further behind than that reader's memory reaches is served from the database itself.
 */
public final class Feed implements AutoCloseable {

    /** Positions looked at in one step; with a narrow filter most of them lead to nothing. */
    private static final int STEP = 2_000;

    /** Steps of one page, so that a rare type cannot make a request last for ever. */
    private static final int STEPS = 50;

    /**
     * Messages of a feed.
     *
     * @param messages in order
     * @param upTo everything up to here has been seen
     * @param full whether it has as many messages as were asked for: then it will never change
     */
    public record Page(List<Message> messages, long upTo, boolean full) {

        public Page {
            messages = List.copyOf(messages);
        }
    }

    /** A reader wants what retention has dropped. */
    public static final class BelowRetentionException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final long after;
        private final long earliest;

        BelowRetentionException(long after, long earliest) {
            this.after = after;
            this.earliest = earliest;
        }

        @Override
        public String getMessage() {
            return reason();
        }

        public String reason() {
            return "messages after position %d were asked for, and the earliest that is kept is %d"
                    .formatted(after, earliest);
        }

        /** The earliest position that is kept. */
        public long earliest() {
            return earliest;
        }
    }

    /** A reader has seen a message that is not there any more, and so may miss what stands in its place. */
    public static final class LostPlaceException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final long head;

        LostPlaceException(Place place, long head) {
            super("messages after %s were asked for, and there is %s; the newest is at position %d"
                    .formatted(place, place.position() > head ? "none" : "another one", head));
            this.head = head;
        }

        /** The position of the newest message. */
        public long head() {
            return head;
        }
    }

    private final MessageTail tail;
    private final MessageLog messages;
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private MessageTail.@Nullable Registration registration;

    public Feed(MessageTail tail, MessageLog messages) {
        this.tail = tail;
        this.messages = messages;
    }

    /**
     * The position after which a reader begins.
     *
     * @throws BelowRetentionException when a named position is not kept any more
     * @throws IllegalArgumentException when it is ahead of the newest message
     */
    public long begin(StartPosition start) {
        if (start instanceof StartPosition.After(long after)) {
            requireKept(after);
            messages.requireWritten("position", start);
        }
        return messages.resolve(start);
    }

    /**
     * The position after which a reader goes on.
     *
     * @throws BelowRetentionException when what follows is not kept any more
     * @throws LostPlaceException when not the message is there that the reader has seen
     */
    public long begin(Place place) {
        requireKept(place.position());
        Optional<Place> there = messages.place(place.position());
        // The last one that retention dropped cannot be compared any more.
        if (!there.map(place::equals).orElseGet(() -> place.position() == messages.earliest() - 1)) {
            throw new LostPlaceException(place, messages.head());
        }
        return place.position();
    }

    private void requireKept(long after) {
        long earliest = messages.earliest();
        if (after + 1 < earliest) {
            throw new BelowRetentionException(after, earliest);
        }
    }

    /** The next messages of a feed, in order, from memory where they are recent. */
    public Page page(long after, int limit, SubscriptionFilter filter) {
        List<Message> found = new ArrayList<>();
        long upTo = after;
        for (int step = 0; step < STEPS && found.size() < limit; step++) {
            MessageTail.Page next = tail.read(upTo, STEP, filter);
            if (next.upTo() == upTo) {
                break;
            }
            if (next.upTo() + STEP < tail.head()) {
                // Far behind, where retention may have been quicker than this reader.
                requireKept(upTo);
            }
            for (Message message : next.messages()) {
                if (found.size() == limit) {
                    return full(found);
                }
                found.add(message);
            }
            upTo = next.upTo();
        }
        return found.size() == limit ? full(found) : new Page(found, upTo, false);
    }

    private static Page full(List<Message> found) {
        return new Page(found, found.getLast().position(), true);
    }

    /** How the reader of a page names its end, so as to go on after it. */
    String place(Page page) {
        if (page.full()) {
            return page.messages().getLast().place().toString();
        }
        return tail.place(page.upTo()).map(Place::toString).orElseGet(() -> Long.toString(page.upTo()));
    }

    /** Another one when positions that a reader keeps in memory may not count any more. */
    long generation() {
        return tail.generation();
    }

    /** Runs the waker after messages became readable, until it is removed; it must be quick. */
    void await(Runnable waker) {
        synchronized (waiting) {
            waiting.add(waker);
            if (registration == null) {
                registration = tail.onGrowth(() -> waiting.forEach(Runnable::run));
            }
        }
    }

    void forget(Runnable waker) {
        synchronized (waiting) {
            waiting.remove(waker);
            if (waiting.isEmpty() && registration != null) {
                registration.close();
                registration = null;
            }
        }
    }

    /** How many wait for messages. */
    int waiting() {
        return waiting.size();
    }

    @Override
    public void close() {
        synchronized (waiting) {
            waiting.clear();
            if (registration != null) {
                registration.close();
                registration = null;
            }
        }
    }
}
