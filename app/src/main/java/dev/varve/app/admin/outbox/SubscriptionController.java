package dev.varve.app.admin.outbox;

import dev.varve.app.admin.OperatorReason;
import dev.varve.app.admin.outbox.SubscriptionRequest.Wanted;
import dev.varve.app.security.Actor;
import dev.varve.outbox.Replays;
import dev.varve.outbox.Replays.Range;
import dev.varve.outbox.Sinks;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.SubscriptionStatus;
import dev.varve.outbox.Subscriptions;
import jakarta.validation.Valid;
import java.net.URI;
import java.util.List;
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
    ResponseEntity<SubscriptionStatus> add(@RequestBody @Valid SubscriptionRequest request) {
        Wanted wanted = request.make(sinks);
        String name = wanted.subscription().name();
        try {
            subscriptions.add(wanted.subscription(), wanted.start(), request.reason(), actor());
        } catch (IllegalArgumentException e) {
            throw Parts.invalid("start", String.valueOf(e.getMessage()));
        }
        return ResponseEntity.created(URI.create("/admin/subscriptions/" + name))
                .body(subscriptions.status(name));
    }

    @PatchMapping("/{name}")
    SubscriptionStatus change(@PathVariable String name, @RequestBody @Valid SubscriptionRequest request) {
        if (request.name() != null || request.start() != null) {
            throw Parts.invalid(request.name() != null ? "name" : "start", "cannot be changed");
        }
        if (request.changesMoreThanPause()) {
            subscriptions.change(name, known -> request.change(known, sinks), request.reason(), actor());
        }
        if (Boolean.TRUE.equals(request.paused())) {
            subscriptions.pause(name, request.reason(), actor());
        } else if (Boolean.FALSE.equals(request.paused())) {
            subscriptions.resume(name, request.reason(), actor());
        }
        return subscriptions.status(name);
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String name, @RequestParam(required = false) @Nullable @OperatorReason String reason) {
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
            @Nullable @OperatorReason String reason) {

        private Range range() {
            Parts parts = new Parts();
            Range all = Range.from(new StartPosition.Beginning());
            StartPosition first = parts.read("from", from, all.from(), StartPosition::of);
            Range range = parts.read("to", to, Range.from(first), text -> new Range(first, StartPosition.of(text)));
            if (perSecond != null && perSecond < 1) {
                parts.wrong("perSecond", "must be at least 1");
            }
            parts.end();
            return range;
        }

        private int rate() {
            return perSecond == null ? Replays.PER_SECOND : perSecond;
        }
    }

    /** What a replay would do. */
    record WouldSend(long messages) {}

    @PostMapping("/{name}/replay")
    ResponseEntity<?> replay(@PathVariable String name, @RequestBody @Valid ReplayRequest request) {
        subscriptions.status(name);
        Range range = request.range();
        try {
            if (Boolean.TRUE.equals(request.dryRun())) {
                return ResponseEntity.ok(new WouldSend(replays.count(name, range)));
            }
            replays.start(name, range, request.rate(), request.reason(), actor());
        } catch (IllegalArgumentException e) {
            throw Parts.invalid("to", String.valueOf(e.getMessage()));
        }
        return ResponseEntity.accepted().body(subscriptions.status(name));
    }

    @DeleteMapping("/{name}/replay")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void cancelReplay(
            @PathVariable String name, @RequestParam(required = false) @Nullable @OperatorReason String reason) {
        subscriptions.status(name);
        replays.cancel(name, reason, actor());
    }

    static String actor() {
        return Actor.current().name();
    }
}
