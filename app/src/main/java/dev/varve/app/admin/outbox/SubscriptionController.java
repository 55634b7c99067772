package dev.varve.app.admin.outbox;

import dev.varve.app.problem.FieldProblem;
import dev.varve.app.problem.ProblemException;
import dev.varve.app.problem.StandardProblem;
import dev.varve.app.security.Actor;
import dev.varve.outbox.Replays;
import dev.varve.outbox.Replays.Range;
import dev.varve.outbox.Sinks;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.Subscription;
import dev.varve.outbox.SubscriptionStatus;
import dev.varve.outbox.Subscriptions;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Who gets messages. */
@RestController
@RequestMapping("/admin/subscriptions")
@ConditionalOnProperty(name = "varve.outbox.enabled", matchIfMissing = true)
final class SubscriptionController {

    private final Subscriptions subscriptions;
    private final Replays replays;
    private final Sinks sinks;

    SubscriptionController(Subscriptions subscriptions, Replays replays, Sinks sinks) {
        this.subscriptions = subscriptions;
        this.replays = replays;
        this.sinks = sinks;
    }

    @GetMapping
    List<SubscriptionStatus> all() {
        return subscriptions.all();
    }

    @GetMapping("/{name}")
    SubscriptionStatus one(@PathVariable String name) {
        return subscriptions.status(name);
    }

    @PostMapping
    ResponseEntity<SubscriptionStatus> add(@RequestBody SubscriptionRequest request) {
        Subscription subscription = valid(() -> request.make(sinks));
        StartPosition start = valid(request::from);
        subscriptions.add(subscription, start, actor());
        return ResponseEntity.created(URI.create("/admin/subscriptions/" + subscription.name()))
                .body(subscriptions.status(subscription.name()));
    }

    @PatchMapping("/{name}")
    SubscriptionStatus change(@PathVariable String name, @RequestBody SubscriptionRequest request) {
        if (request.name() != null || request.start() != null) {
            throw invalid(request.name() != null ? "name" : "start", "cannot be changed");
        }
        if (request.changesMoreThanPause()) {
            Subscription known = subscriptions.get(name);
            subscriptions.change(valid(() -> request.change(known, sinks)), actor());
        }
        if (Boolean.TRUE.equals(request.paused())) {
            subscriptions.pause(name, request.reason(), actor());
        } else if (Boolean.FALSE.equals(request.paused())) {
            subscriptions.resume(name, actor());
        }
        return subscriptions.status(name);
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String name, @RequestParam(required = false) @Nullable String reason) {
        subscriptions.remove(name, reason, actor());
    }

    /**
     * A replay to start.
     *
     * @param from beginning, a position after which to begin, or an instant
     * @param to the last position, or an instant; where the subscription stands if left out
     * @param perSecond messages a second, at most; 1000 by default
     * @param dryRun only answers how many messages it would send
     */
    record ReplayRequest(
            @Nullable String from,
            @Nullable String to,
            @Nullable Integer perSecond,
            @Nullable Boolean dryRun,
            @Nullable String reason) {

        private Range range() {
            return new Range(
                    StartPosition.parse(from == null ? "beginning" : from),
                    StartPosition.parse(to == null ? "now" : to));
        }
    }

    /** What a replay would do. */
    record WouldSend(long messages) {}

    @PostMapping("/{name}/replay")
    ResponseEntity<?> replay(@PathVariable String name, @RequestBody ReplayRequest request) {
        subscriptions.status(name);
        Range range = valid(request::range);
        if (Boolean.TRUE.equals(request.dryRun())) {
            return ResponseEntity.ok(new WouldSend(valid(() -> replays.count(name, range))));
        }
        int perSecond = request.perSecond() == null ? 1_000 : request.perSecond();
        if (perSecond < 1) {
            throw invalid("perSecond", "must be at least 1");
        }
        valid(() -> replays.start(name, range, perSecond, request.reason(), actor()));
        return ResponseEntity.accepted().body(subscriptions.status(name));
    }

    @DeleteMapping("/{name}/replay")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void cancelReplay(@PathVariable String name, @RequestParam(required = false) @Nullable String reason) {
        subscriptions.status(name);
        replays.cancel(name, reason, actor());
    }

    static String actor() {
        return Actor.current().name();
    }

    private static <T> T valid(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new ProblemException(StandardProblem.INVALID_REQUEST.because(String.valueOf(e.getMessage())));
        }
    }

    static ProblemException invalid(String field, String message) {
        return new ProblemException(
                StandardProblem.INVALID_REQUEST.because(new FieldProblem(field, "not-valid", message)));
    }
}
