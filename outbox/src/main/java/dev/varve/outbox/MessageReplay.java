package dev.varve.outbox;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A replay to a subscription as it stands.
 *
 * @param state {@code running, paused, done, cancelled}
 * @param after it began with the message after this position
 * @param to its last position
 * @param position everything up to here was sent again, or withheld
 * @param delivered messages that were sent again
 * @param withheld messages that were refused, or whose key is parked
 * @param types only of these; empty for all
 * @param keys only with these; empty for all
 */
public record MessageReplay(
        long id,
        String subscription,
        String state,
        long after,
        long to,
        long position,
        long delivered,
        long withheld,
        int perSecond,
        Instant startedAt,
        @Nullable Instant endedAt,
        Set<String> types,
        Set<String> keys) {

    public MessageReplay {
        types = Set.copyOf(types);
        keys = Set.copyOf(keys);
    }
}
