package dev.varve.app.admin.outbox;

import static dev.varve.app.admin.outbox.Parts.invalid;
import static dev.varve.app.admin.outbox.SubscriptionController.actor;

import dev.varve.app.admin.OperatorReason;
import dev.varve.outbox.ParkedMessages;
import dev.varve.outbox.ParkedMessages.By;
import dev.varve.outbox.ParkedMessages.Group;
import dev.varve.outbox.ParkedMessages.Parked;
import dev.varve.outbox.ParkedMessages.ParkedKey;
import dev.varve.outbox.ParkedMessages.Query;
import dev.varve.outbox.Subscriptions;
import jakarta.validation.Valid;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What a subscription's sink refused. */
@RestController
@RequestMapping("/admin/subscriptions/{name}/parked")
@ConditionalOnProperty(name = "varve.outbox.enabled", matchIfMissing = true)
final class ParkedController {

    private static final int MOST = 1_000;

    private final Subscriptions subscriptions;
    private final ParkedMessages parked;

    ParkedController(Subscriptions subscriptions, ParkedMessages parked) {
        this.subscriptions = subscriptions;
        this.parked = parked;
    }

    /**
     * Parked keys, those that wait longest first.
     *
     * @param key this one only
     * @param reason keys that were refused for it only
     * @param type keys whose first message is of it only
     * @param retrying true: keys that are being tried again only; false: keys that wait for somebody only
     */
    @GetMapping
    List<ParkedKey> keys(
            @PathVariable String name,
            @RequestParam(required = false) @Nullable String key,
            @RequestParam(required = false) @Nullable String reason,
            @RequestParam(required = false) @Nullable String type,
            @RequestParam(required = false) @Nullable Boolean retrying,
            @RequestParam(defaultValue = "100") int limit) {
        subscriptions.status(name);
        return parked.keys(name, new Query(key, reason, type, retrying), limit(limit));
    }

    /**
     * Parked messages after a position, in order.
     *
     * @param key of this key only
     * @param reason of keys that were refused for it only
     * @param type of keys whose first message is of it only
     * @param retrying true: of keys that are being tried again only; false: of keys that wait for somebody only
     */
    @GetMapping("/messages")
    List<Parked> messages(
            @PathVariable String name,
            @RequestParam(required = false) @Nullable String key,
            @RequestParam(required = false) @Nullable String reason,
            @RequestParam(required = false) @Nullable String type,
            @RequestParam(required = false) @Nullable Boolean retrying,
            @RequestParam(defaultValue = "0") long after,
            @RequestParam(defaultValue = "100") int limit) {
        subscriptions.status(name);
        return parked.messages(name, new Query(key, reason, type, retrying), after, limit(limit));
    }

    /**
     * What parked messages have in common, most of them first.
     *
     * @param by reason, type or key
     * @param key of this key only
     * @param reason of keys that were refused for it only
     * @param type of keys whose first message is of it only
     * @param retrying true: of keys that are being tried again only; false: of keys that wait for somebody only
     */
    @GetMapping("/groups")
    List<Group> groups(
            @PathVariable String name,
            @RequestParam(defaultValue = "reason") String by,
            @RequestParam(required = false) @Nullable String key,
            @RequestParam(required = false) @Nullable String reason,
            @RequestParam(required = false) @Nullable String type,
            @RequestParam(required = false) @Nullable Boolean retrying) {
        subscriptions.status(name);
        return parked.groups(
                name,
                switch (by) {
                    case "reason" -> By.REASON;
                    case "type" -> By.TYPE;
                    case "key" -> By.KEY;
                    default -> throw invalid("by", "must be reason, type or key");
                },
                new Query(key, reason, type, retrying));
    }

    /**
     * Which parked messages are meant.
     *
     * @param position one message; the others are left out then
     * @param key one key
     * @param reason keys that were refused for it
     * @param type keys whose first message is of it
     * @param all true, when all are meant
     * @param because why, in the operator's words, for the record of their actions; needed for a skip
     */
    record Selection(
            @Nullable Long position,
            @Nullable String key,
            @Nullable String reason,
            @Nullable String type,
            @Nullable Boolean all,
            @Nullable @OperatorReason String because) {

        private Query query() {
            if (key == null && reason == null && type == null && !Boolean.TRUE.equals(all)) {
                throw invalid("all", "must be true when neither position, key, reason nor type is given");
            }
            return new Query(key, reason, type, null);
        }

        private String given() {
            if (because == null || because.isBlank()) {
                throw invalid("because", "is missing: a message is given up for a reason");
            }
            return because;
        }
    }

    /** What was done, and to how many keys. */
    record Done(int keys) {}

    @PostMapping("/retry")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Done retry(@PathVariable String name, @RequestBody @Valid Selection selection) {
        subscriptions.status(name);
        Long position = selection.position();
        if (position == null) {
            return new Done(parked.retry(name, selection.query(), selection.because(), actor()));
        }
        parked.retryOne(name, position, selection.because(), actor());
        return new Done(1);
    }

    @PostMapping("/skip")
    Done skip(@PathVariable String name, @RequestBody @Valid Selection selection) {
        subscriptions.status(name);
        String because = selection.given();
        Long position = selection.position();
        if (position == null) {
            return new Done(parked.skip(name, selection.query(), because, actor()));
        }
        parked.skipOne(name, position, because, actor());
        return new Done(1);
    }

    private static int limit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw invalid("limit", "must be 1 to " + MOST);
        }
        return limit;
    }
}
