package dev.varve.app.feed;

import dev.varve.app.problem.ProblemException;
import dev.varve.app.problem.StandardProblem;
import dev.varve.app.web.BeforeShutdown;
import dev.varve.outbox.SubscriptionFilter;
import dev.varve.outbox.sink.CloudEvents;
import dev.varve.outbox.sink.feed.Feed;
import dev.varve.outbox.sink.feed.FeedQuestion;
import dev.varve.outbox.sink.feed.FeedStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

/**
 * The streams and the waiting pages of this node: one thread for all heartbeats, and none for an idle stream. All come to
 * their end when the node does.
 */
final class FeedStreams implements AutoCloseable {

    private static final Long NO_TIMEOUT = 0L;

    private record Open(FeedStream stream, ResponseBodyEmitter emitter) {
        private void end() {
            stream.stop();
            emitter.complete();
        }
    }

    private final Feed feed;
    private final int most;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    private final Set<FeedQuestion> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("varve-feed-", 0).factory());
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("varve-feed-heart").factory());
    private final ScheduledFuture<?> beats;
    private final CloudEvents events;
    private volatile boolean ending;

    FeedStreams(Feed feed, FeedSettings settings, BeforeShutdown shutdown) {
        shutdown.call(this::end);
        this.feed = feed;
        this.most = settings.maxStreams();
        this.events = settings.events();
        long nanos = settings.heartbeat().toNanos();
        this.beats = heart.scheduleAtFixedRate(
                () -> open.forEach(one -> one.stream().heartbeat()), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** The next page, which waits for its first message as long as its reader has patience and this node goes on. */
    CompletableFuture<FeedQuestion.Answer> page(long after, int limit, SubscriptionFilter filter, Duration patience) {
        FeedQuestion question = FeedQuestion.ask(feed, after, limit, filter, patience, threads);
        CompletableFuture<FeedQuestion.Answer> answer = question.answer();
        if (!answer.isDone()) {
            waiting.add(question);
            var unused = answer.whenComplete((given, failure) -> waiting.remove(question));
            if (ending) {
                question.end();
            }
        }
        return answer;
    }

    /** How many wait for a page. */
    int waiting() {
        return waiting.size();
    }

    ResponseBodyEmitter open(long after, SubscriptionFilter filter) {
        if (ending) {
            throw new ProblemException(StandardProblem.BUSY.because("this node is shutting down"));
        }
        if (open.size() >= most) {
            throw new ProblemException(
                    StandardProblem.BUSY.because("%d feeds are open, which is as many as may be".formatted(most)));
        }
        ResponseBodyEmitter emitter = new ResponseBodyEmitter(NO_TIMEOUT);
        FeedStream stream = new FeedStream(feed, after, filter, events, new EmitterConnection(emitter), threads);
        Open one = new Open(stream, emitter);
        open.add(one);
        emitter.onCompletion(() -> {
            open.remove(one);
            stream.stop();
        });
        stream.start();
        if (ending) {
            one.end();
        }
        return emitter;
    }

    /** Lets all who read go on elsewhere, from where they are. */
    private void end() {
        ending = true;
        open.forEach(Open::end);
        waiting.forEach(FeedQuestion::end);
    }

    @Override
    public void close() {
        beats.cancel(false);
        heart.shutdown();
        end();
        threads.shutdown();
    }

    private record EmitterConnection(ResponseBodyEmitter emitter) implements FeedStream.Connection {

        @Override
        public void write(byte[] events) throws IOException {
            emitter.send(events);
        }

        @Override
        public void end() {
            emitter.complete();
        }
    }
}
