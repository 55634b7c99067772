package dev.varve.outbox;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A subscription and how it is doing.
 *
 * @param origin {@code configuration} or {@code operator}
 * @param settings of the sink, without those that are secret
 * @param position checkpoint: everything up to here is delivered, parked or skipped
 * @param behind messages after the checkpoint, wanted or not
 * @param oldestUndelivered when the first message after the checkpoint was recorded; null when there is none
 * @param owner the node that delivers; null when none does
 * @param trouble why nothing goes out at present, or that it cannot be read: its settings, filter and policy are not its own
 *     then; null when all is well
 */
public record SubscriptionStatus(
        String name,
        String sink,
        Map<String, String> settings,
        SubscriptionFilter filter,
        FailurePolicy policy,
        String origin,
        boolean paused,
        @Nullable String pausedReason,
        long position,
        long behind,
        @Nullable Instant oldestUndelivered,
        @Nullable String owner,
        @Nullable String trouble,
        @Nullable Instant troubleSince,
        long parkedKeys,
        long parkedMessages,
        long skippedMessages,
        @Nullable ReplayStatus replay) {

    /**
     * A replay that has not ended.
     *
     * @param state {@code running} or {@code paused}
     * @param withheld messages that were refused again, or whose key is parked
     */
    public record ReplayStatus(
            long id, String state, long from, long to, long position, int perSecond, long delivered, long withheld) {}
}
