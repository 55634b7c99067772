package dev.varve.app.admin.replay;

import dev.varve.app.security.Actor;
import dev.varve.outbox.MessageReplay;
import dev.varve.outbox.Replays;
import dev.varve.outbox.Replays.Range;
import dev.varve.outbox.StartPosition;
import dev.varve.projection.replay.Bound;
import dev.varve.projection.replay.ReplayRefused;
import dev.varve.projection.replay.ReplayRefused.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Replays whose target is a subscription of the outbox, under the same addresses as those of projections. */
@Component
final class SubscriptionReplays {

    private static final String PREFIX = "outbox-";

    private final Replays replays;

    SubscriptionReplays(Replays replays) {
        this.replays = replays;
    }

    /**
     * One of them, worded as those of projections are.
     *
     * @param id with a mark that tells it from theirs
     * @param from first position of the range
     * @param done positions of the range that were gone through
     * @param delivered messages that were sent again
     * @param withheld messages that were refused, or whose key is parked
     * @param types of messages; empty for all that the subscription wants
     * @param streams keys of messages; empty for all
     * @param secondsLeft as long as its rate allows; null when it does not run
     */
    record View(
            String id,
            String subscription,
            String state,
            long from,
            long to,
            long position,
            long done,
            long total,
            long delivered,
            long withheld,
            Set<String> types,
            Set<String> streams,
            int maxRate,
            @Nullable Long secondsLeft,
            Instant startedAt,
            @Nullable Instant endedAt) {

        private static View of(MessageReplay replay) {
            return new View(
                    PREFIX + replay.id(),
                    replay.subscription(),
                    replay.state(),
                    replay.after() + 1,
                    replay.to(),
                    replay.position(),
                    replay.position() - replay.after(),
                    replay.to() - replay.after(),
                    replay.delivered(),
                    replay.withheld(),
                    replay.types(),
                    replay.keys(),
                    replay.perSecond(),
                    "running".equals(replay.state())
                            ? (Long) ((replay.to() - replay.position()) / replay.perSecond())
                            : null,
                    replay.startedAt(),
                    replay.endedAt());
        }

        boolean over() {
            return endedAt != null;
        }
    }

    static boolean isOne(String id) {
        return id.startsWith(PREFIX);
    }

    /** What a replay would do. */
    record WouldSend(String subscription, long messages) {}

    WouldSend count(String subscription, ReplayController.ReplayOrder order) {
        return new WouldSend(subscription, valid(() -> replays.count(subscription, range(order))));
    }

    View start(String subscription, ReplayController.ReplayOrder order) {
        long id = valid(() -> replays.start(
                subscription,
                range(order),
                order.maxRate() == null ? Replays.PER_SECOND : order.maxRate(),
                order.reason(),
                Actor.current().name()));
        return get(PREFIX + id);
    }

    private static <T> T valid(Supplier<T> asked) {
        try {
            return asked.get();
        } catch (IllegalArgumentException e) {
            throw new ReplayRefused(Reason.IMPOSSIBLE, String.valueOf(e.getMessage()));
        }
    }

    /** A position belongs to the range, and the outbox begins after one. */
    private static Range range(ReplayController.ReplayOrder order) {
        StartPosition from = switch (Bound.from(order.from())) {
            case Bound.Beginning beginning -> new StartPosition.Beginning();
            case Bound.Position first -> new StartPosition.After(Math.max(0, first.position() - 1));
            case Bound.Time since -> new StartPosition.Since(since.instant());
            case Bound.Now now -> new StartPosition.Now();
        };
        StartPosition to = switch (Bound.to(order.to())) {
            case Bound.Beginning beginning -> new StartPosition.Beginning();
            case Bound.Position last -> new StartPosition.After(last.position());
            case Bound.Time until -> new StartPosition.Since(until.instant());
            case Bound.Now now -> new StartPosition.Now();
        };
        return new Range(from, to, set(order.types()), set(order.streams()));
    }

    private static Set<String> set(@Nullable List<String> values) {
        return values == null ? Set.of() : Set.copyOf(values);
    }

    List<View> newest(int limit) {
        return replays.newest(limit).stream().map(View::of).toList();
    }

    View get(String id) {
        String digits = id.substring(PREFIX.length());
        return (digits.matches("[0-9]{1,18}") ? replays.find(Long.parseLong(digits)) : Optional.<MessageReplay>empty())
                .map(View::of)
                .orElseThrow(() -> new ReplayRefused(Reason.UNKNOWN, "there is no such replay to a subscription"));
    }

    /** What an operator may ask of one. */
    @FunctionalInterface
    interface Asking {
        boolean of(Replays replays, long id, @Nullable String reason, String actor);
    }

    View ask(String id, String action, Asking asking, @Nullable String reason) {
        View known = get(id);
        boolean done = asking.of(
                replays,
                Long.parseLong(id.substring(PREFIX.length())),
                reason,
                Actor.current().name());
        if (!done) {
            throw new ReplayRefused(
                    Reason.NOT_NOW, "replay %s is %s; it cannot %s".formatted(id, get(id).state(), action));
        }
        return get(known.id());
    }
}
