package dev.varve.outbox.sink.feed;

import dev.varve.outbox.SubscriptionFilter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A page that waits for its first message, on nobody's thread. */
public final class FeedQuestion {

    /**
     * A page for a reader who keeps the place.
     *
     * @param place of the page's end, after which the next one begins
     */
    public record Answer(Feed.Page page, String place) {}

    private final Feed feed;
    private final long generation;
    private final Answer first;
    private final int limit;
    private final SubscriptionFilter filter;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final Runnable waker;

    private FeedQuestion(
            Feed feed, long generation, Answer first, int limit, SubscriptionFilter filter, Executor threads) {
        this.feed = feed;
        this.generation = generation;
        this.first = first;
        this.limit = limit;
        this.filter = filter;
        this.waker = () -> threads.execute(this::look);
    }

    /** The next page; empty only when nothing came within the time, or before it was ended. */
    public static FeedQuestion ask(
            Feed feed, long after, int limit, SubscriptionFilter filter, Duration patience, Executor threads) {
        long generation = feed.generation();
        Feed.Page now = feed.page(after, limit, filter);
        // Its place is kept from now on: once messages are lost, another one may stand there.
        Answer first = new Answer(now, feed.place(now));
        FeedQuestion question = new FeedQuestion(feed, generation, first, limit, filter, threads);
        if (now.messages().isEmpty() && patience.isPositive()) {
            question.await(patience);
        } else {
            question.end();
        }
        return question;
    }

    private void await(Duration patience) {
        feed.await(waker);
        // In this order, or an answer that comes early would leave its waker behind.
        var unused = answer.completeOnTimeout(first, patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((given, failure) -> feed.forget(waker));
        look();
    }

    private void look() {
        try {
            Feed.Page page = feed.page(first.page().upTo(), limit, filter);
            Answer found = page.messages().isEmpty() ? null : new Answer(page, feed.place(page));
            if (feed.generation() != generation) {
                // What it waits behind may be lost. That is found out when its reader comes with it again.
                end();
            } else if (found != null) {
                answer.complete(found);
            }
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    public CompletableFuture<Answer> answer() {
        return answer;
    }

    /** Waits no longer. */
    public void end() {
        answer.complete(first);
    }
}
