package dev.varve.outbox.sink.feed;

import dev.varve.outbox.SubscriptionFilter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A page that waits for its first message, on nobody's thread. */
public final class FeedQuestion {

    private final Feed feed;
    private final long generation;
    private final Feed.Page nothing;
    private final int limit;
    private final SubscriptionFilter filter;
    private final CompletableFuture<Feed.Page> answer = new CompletableFuture<>();
    private final Runnable waker;

    private FeedQuestion(
            Feed feed, long generation, Feed.Page nothing, int limit, SubscriptionFilter filter, Executor threads) {
        this.feed = feed;
        this.generation = generation;
        this.nothing = nothing;
        this.limit = limit;
        this.filter = filter;
        this.waker = () -> threads.execute(this::look);
    }

    /** The next page; empty only when nothing came within the time. */
    public static CompletableFuture<Feed.Page> ask(
            Feed feed, long after, int limit, SubscriptionFilter filter, Duration patience, Executor threads) {
        long generation = feed.generation();
        Feed.Page now = feed.page(after, limit, filter);
        if (!now.messages().isEmpty() || !patience.isPositive()) {
            return CompletableFuture.completedFuture(now);
        }
        FeedQuestion question = new FeedQuestion(feed, generation, now, limit, filter, threads);
        feed.await(question.waker);
        // In this order, or an answer that comes early would leave its waker behind.
        CompletableFuture<Feed.Page> answer =
                question.answer.completeOnTimeout(now, patience.toMillis(), TimeUnit.MILLISECONDS);
        var unused = answer.whenComplete((page, failure) -> feed.forget(question.waker));
        question.look();
        return answer;
    }

    private void look() {
        try {
            Feed.Page page = feed.page(nothing.upTo(), limit, filter);
            if (feed.generation() != generation) {
                // What it waits behind may be lost. That is found out when its reader comes with it again.
                answer.complete(nothing);
            } else if (!page.messages().isEmpty()) {
                answer.complete(page);
            }
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }
}
