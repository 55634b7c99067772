package dev.varve.outbox;

import org.jspecify.annotations.Nullable;

/** A message that the relay has taken in and not finished. Belongs to one relay thread. */
final class Entry {

    /** Why it is here, which decides what its end means. */
    enum Origin {
        /** It came in order from the outbox. */
        LIVE,
        /** It was parked, and an operator wants it tried again. */
        PARKED,
        /** It was asked for by a replay. */
        REPLAY
    }

    final Message message;
    final Origin origin;
    final Lane lane;
    int attempts;
    long handedOverAt;
    boolean inFlight;

    @Nullable Window window;

    @Nullable Entry before;

    @Nullable Entry after;

    Entry(Message message, Origin origin, Lane lane) {
        this.message = message;
        this.origin = origin;
        this.lane = lane;
    }

    long position() {
        return message.position();
    }
}
