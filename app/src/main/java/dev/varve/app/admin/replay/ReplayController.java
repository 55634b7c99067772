package dev.varve.app.admin.replay;

import dev.varve.app.admin.OperatorReason;
import dev.varve.app.admin.ProgressEvents;
import dev.varve.app.admin.Why;
import dev.varve.app.security.Actor;
import dev.varve.projection.Operator;
import dev.varve.projection.Projection;
import dev.varve.projection.replay.Bound;
import dev.varve.projection.replay.Replay;
import dev.varve.projection.replay.ReplayRefused;
import dev.varve.projection.replay.ReplayRefused.Reason;
import dev.varve.projection.replay.ReplayRequest;
import dev.varve.projection.replay.ReplayRunner;
import dev.varve.projection.replay.Replays;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Starts, shows and steers replays, on whichever node they run. */
@RestController
@RequestMapping("/admin/replays")
final class ReplayController {

    private final Replays replays;
    private final SubscriptionReplays subscriptions;
    private final ReplayRunner runner;
    private final ProgressEvents progress;
    private final Map<String, Projection<?>> projections;

    ReplayController(
            Replays replays,
            SubscriptionReplays subscriptions,
            ReplayRunner runner,
            ProgressEvents progress,
            ObjectProvider<Projection<?>> projections) {
        this.replays = replays;
        this.subscriptions = subscriptions;
        this.runner = runner;
        this.progress = progress;
        this.projections = projections.stream().collect(Collectors.toMap(Projection::name, Function.identity()));
    }

    /**
     * What to replay.
     *
     * @param projection whose rows are to see the events again; either this or a subscription
     * @param subscription of the outbox that is to get its messages again
     * @param from {@code beginning}, a position or a time; the beginning if it is not given
     * @param to {@code now}, a position or a time; now if it is not given
     * @param types names of events, or of messages; all if none is given
     * @param streams ids of streams, or keys of messages; all if none is given
     * @param maxRate events or messages a second at most
     * @param dryRun whether to count what would be changed, and change nothing
     * @param reason kept in the record of operators' actions
     */
    record ReplayOrder(
            @Nullable @Size(max = 200) String projection,
            @Nullable @Size(max = 200) String subscription,
            @Nullable @Size(max = 100) String from,
            @Nullable @Size(max = 100) String to,
            @Nullable @Size(max = 100) List<@NotNull @Size(max = 200) String> types,
            @Nullable @Size(max = 1000) List<@NotNull @Size(max = 200) String> streams,
            @Nullable @Min(1) Integer maxRate,
            @Nullable Boolean dryRun,
            @Nullable @OperatorReason String reason) {}

    @PostMapping
    ResponseEntity<?> start(@RequestBody @Valid ReplayOrder order) {
        if (order.subscription() != null && order.projection() == null) {
            if (Boolean.TRUE.equals(order.dryRun())) {
                return ResponseEntity.ok(subscriptions.count(order.subscription(), order));
            }
            SubscriptionReplays.View started = subscriptions.start(order.subscription(), order);
            return ResponseEntity.accepted()
                    .location(URI.create("/admin/replays/" + started.id()))
                    .body(started);
        }
        Replay started = replays.start(
                new ReplayRequest(
                        target(order),
                        Bound.from(order.from()),
                        Bound.to(order.to()),
                        order.types() == null ? List.of() : order.types(),
                        order.streams() == null ? List.of() : order.streams(),
                        order.maxRate(),
                        Boolean.TRUE.equals(order.dryRun())),
                by(order.reason()));
        runner.wake();
        return ResponseEntity.accepted()
                .location(URI.create("/admin/replays/" + started.id()))
                .body(started);
    }

    private String target(ReplayOrder order) {
        String name = order.projection();
        if (name == null || order.subscription() != null) {
            throw new ReplayRefused(
                    Reason.IMPOSSIBLE,
                    "say which projection is to see the events again, or which subscription is to get its messages again");
        }
        Projection<?> projection = projections.get(name);
        if (projection != null && !projection.replayable()) {
            throw new ReplayRefused(Reason.IMPOSSIBLE, ReplayRunner.notReplayable(name));
        }
        return name;
    }

    @GetMapping
    List<?> newest(@RequestParam(defaultValue = "20") @Min(1) @Max(200) int limit) {
        return Stream.concat(
                        replays.newest(limit).stream().map(one -> new Dated(one.startedAt(), one)),
                        subscriptions.newest(limit).stream().map(one -> new Dated(one.startedAt(), one)))
                .sorted(Comparator.comparing(Dated::startedAt).reversed())
                .limit(limit)
                .map(Dated::replay)
                .toList();
    }

    private record Dated(Instant startedAt, Object replay) {}

    @GetMapping("/{id}")
    Object one(@PathVariable String id) {
        return SubscriptionReplays.isOne(id) ? subscriptions.get(id) : replays.get(number(id));
    }

    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(@PathVariable String id) {
        if (SubscriptionReplays.isOne(id)) {
            SubscriptionReplays.View known = subscriptions.get(id);
            return progress.of(() -> subscriptions.get(known.id()), SubscriptionReplays.View::over);
        }
        Replay known = replays.get(number(id));
        return progress.of(() -> replays.get(known.id()), Replay::over);
    }

    @PostMapping("/{id}/pause")
    Object pause(@PathVariable String id, @RequestBody(required = false) @Valid @Nullable Why why) {
        return SubscriptionReplays.isOne(id)
                ? subscriptions.ask(id, "pause", dev.varve.outbox.Replays::pause, reason(why))
                : replays.pause(number(id), by(why));
    }

    @PostMapping("/{id}/resume")
    ResponseEntity<?> resume(@PathVariable String id, @RequestBody(required = false) @Valid @Nullable Why why) {
        if (SubscriptionReplays.isOne(id)) {
            return ResponseEntity.accepted()
                    .body(subscriptions.ask(id, "resume", dev.varve.outbox.Replays::resume, reason(why)));
        }
        Replay resumed = replays.resume(number(id), by(why));
        runner.wake();
        return ResponseEntity.accepted().body(resumed);
    }

    @DeleteMapping("/{id}")
    Object cancel(@PathVariable String id, @RequestParam(required = false) @Nullable @OperatorReason String reason) {
        return SubscriptionReplays.isOne(id)
                ? subscriptions.ask(
                        id, "cancel", (outbox, number, why, actor) -> outbox.cancel(number, why, actor), reason)
                : replays.cancel(number(id), by(reason));
    }

    private static long number(String id) {
        if (!id.matches("[0-9]{1,18}")) {
            throw new ReplayRefused(
                    Reason.UNKNOWN, "there is no such replay; an id is a number or begins with outbox-");
        }
        return Long.parseLong(id);
    }

    private static @Nullable String reason(@Nullable Why why) {
        return why == null ? null : why.reason();
    }

    private static Operator by(@Nullable Why why) {
        return by(reason(why));
    }

    private static Operator by(@Nullable String reason) {
        return new Operator(Actor.current().name(), reason);
    }
}
