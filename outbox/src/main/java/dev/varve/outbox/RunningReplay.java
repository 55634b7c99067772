package dev.varve.outbox;

import java.util.Set;

/**
 * A replay as its row stands.
 *
 * @param position everything up to here was sent again, or withheld
 * @param types only of these; empty for all
 * @param keys only with these; empty for all
 */
record RunningReplay(long id, long position, long to, int perSecond, Set<String> types, Set<String> keys) {

    /** Whether only some of what the subscription wants goes again. */
    boolean isNarrowed() {
        return !types.isEmpty() || !keys.isEmpty();
    }

    boolean wants(Message message) {
        return (types.isEmpty() || types.contains(message.type())) && (keys.isEmpty() || keys.contains(message.key()));
    }
}
