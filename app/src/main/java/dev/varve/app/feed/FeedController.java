package dev.varve.app.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.app.problem.FieldProblem;
import dev.varve.app.problem.ProblemException;
import dev.varve.app.problem.StandardProblem;
import dev.varve.outbox.Place;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.SubscriptionFilter;
import dev.varve.outbox.SubscriptionUnknownException;
import dev.varve.outbox.Subscriptions;
import dev.varve.outbox.sink.CloudEvents;
import dev.varve.outbox.sink.feed.Feed;
import dev.varve.outbox.sink.feed.FeedQuestion;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.util.UriUtils;

/**
 * Messages as a page or as a stream, by {@code Accept}. A feed is named by a subscription, whose filter it has, by a
 * type, or {@code all}. Role: query.
 */
@RestController
@ConditionalOnProperty(name = "varve.outbox.enabled", matchIfMissing = true)
class FeedController {

    private static final int LARGEST_PAGE = 1_000;
    private static final String POSITION = "Varve-Position";

    private final Feed feed;
    private final FeedStreams streams;
    private final Subscriptions subscriptions;
    private final FeedSettings settings;
    private final CloudEvents events;

    FeedController(Feed feed, FeedStreams streams, Subscriptions subscriptions, FeedSettings settings) {
        this.feed = feed;
        this.streams = streams;
        this.subscriptions = subscriptions;
        this.settings = settings;
        this.events = settings.events();
    }

    /**
     * Messages after a position, oldest first.
     *
     * @param since where to begin: beginning, now, a position after which (with or without a mark), or an instant
     * @param lastEventId the same as a position; wins over {@code since}
     * @param limit messages of a page
     * @param timeout how long to wait for a first message, as {@code 30s} or in milliseconds
     */
    @GetMapping(
            path = "/feed/{name}",
            produces = {CloudEvents.JSON_BATCH, MediaType.APPLICATION_JSON_VALUE})
    CompletableFuture<ResponseEntity<byte[]>> page(
            @PathVariable String name,
            @RequestParam(defaultValue = "beginning") String since,
            @RequestParam(required = false) @Nullable String lastEventId,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(defaultValue = "0") String timeout) {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw malformed("limit", "must be 1 to " + LARGEST_PAGE);
        }
        Duration patience = patience(timeout);
        SubscriptionFilter filter = filter(name);
        long after = begin(since, lastEventId);
        return streams.page(after, limit, filter, patience)
                .thenApply(answer -> response(answer, name, after, limit, filter));
    }

    private ResponseEntity<byte[]> response(
            FeedQuestion.Answer answer, String name, long after, int limit, SubscriptionFilter filter) {
        Feed.Page page = answer.page();
        ResponseEntity.BodyBuilder response = ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(CloudEvents.JSON_BATCH))
                .header(POSITION, Long.toString(page.upTo()))
                .header(
                        "Link",
                        "</feed/%s?since=%s&limit=%d>; rel=\"next\""
                                .formatted(UriUtils.encodePathSegment(name, UTF_8), answer.place(), limit));
        if (page.full()) {
            // Nothing can come in between any more, so whoever asks the same gets the same, for ever.
            response.cacheControl(CacheControl.maxAge(Duration.ofDays(365))
                            .cachePrivate()
                            .immutable())
                    .eTag("\"%d-%s-%d-%x\"".formatted(after, answer.place(), limit, Objects.hash(filter, events)));
        } else {
            response.cacheControl(CacheControl.noStore());
        }
        return response.body(events.jsonBatch(page.messages()));
    }

    /** The same as events that a browser's {@code EventSource} reads, without an end. */
    @GetMapping(path = "/feed/{name}", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<ResponseBodyEmitter> stream(
            @PathVariable String name,
            @RequestParam(defaultValue = "now") String since,
            @RequestParam(required = false) @Nullable String lastEventId,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventIdHeader) {
        SubscriptionFilter filter = filter(name);
        String last = Stream.of(lastEventIdHeader, lastEventId)
                .filter(Objects::nonNull)
                .filter(id -> !id.isEmpty())
                .findFirst()
                .orElse(null);
        long after = begin(since, last);
        return ResponseEntity.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .cacheControl(CacheControl.noStore())
                .header("X-Accel-Buffering", "no")
                .body(streams.open(after, filter));
    }

    private SubscriptionFilter filter(String name) {
        try {
            return subscriptions.get(name).filter();
        } catch (SubscriptionUnknownException e) {
            if (name.equals("all")) {
                return SubscriptionFilter.EVERYTHING;
            }
            if (name.indexOf('.') > 0) {
                return new SubscriptionFilter(Set.of(name), Set.of());
            }
            throw new ProblemException(StandardProblem.NO_SUCH_PATH.because(
                    "there is no subscription of this name, and a type has dots in its name"));
        }
    }

    private long begin(String since, @Nullable String lastEventId) {
        String parameter = lastEventId == null ? "since" : "lastEventId";
        String text = lastEventId == null ? since : lastEventId;
        try {
            return Place.parse(text).map(feed::begin).orElseGet(() -> feed.begin(StartPosition.of(text)));
        } catch (Feed.BelowRetentionException e) {
            throw new ProblemException(
                    StandardProblem.NOT_KEPT.because(e.reason()).withMember("earliest", e.earliest()));
        } catch (Feed.LostPlaceException e) {
            throw new ProblemException(StandardProblem.PLACE_LOST
                    .because(String.valueOf(e.getMessage()))
                    .withMember("newest", e.head()));
        } catch (IllegalArgumentException e) {
            throw malformed(parameter, String.valueOf(e.getMessage()));
        }
    }

    private Duration patience(String timeout) {
        try {
            Duration asked = DurationStyle.detectAndParse(timeout);
            return asked.compareTo(settings.maxWait()) > 0 ? settings.maxWait() : asked;
        } catch (IllegalArgumentException e) {
            throw malformed("timeout", "must be a duration such as 30s");
        }
    }

    private static ProblemException malformed(String parameter, String problem) {
        return new ProblemException(
                StandardProblem.INVALID_REQUEST.because(new FieldProblem(parameter, "not-valid", problem)));
    }
}
