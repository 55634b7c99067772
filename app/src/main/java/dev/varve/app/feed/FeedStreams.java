package dev.varve.app.feed;

import dev.varve.app.problem.ProblemException;
import dev.varve.app.problem.StandardProblem;
import dev.varve.outbox.SubscriptionFilter;
import dev.varve.outbox.sink.CloudEvents;
import dev.varve.outbox.sink.feed.Feed;
import dev.varve.outbox.sink.feed.FeedStream;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

/** The streams that are open on this node: one thread for all their heartbeats, and none for an idle one. */
final class FeedStreams implements AutoCloseable {

    private static final Long NO_TIMEOUT = 0L;

    private record Open(FeedStream stream, ResponseBodyEmitter emitter) {}

    private final Feed feed;
    private final int most;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("varve-feed-", 0).factory());
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("varve-feed-heart").factory());
    private final ScheduledFuture<?> beats;
    private final CloudEvents events;

    FeedStreams(Feed feed, FeedSettings settings) {
        this.feed = feed;
        this.most = settings.maxStreams();
        this.events = settings.events();
        long nanos = settings.heartbeat().toNanos();
        this.beats = heart.scheduleAtFixedRate(
                () -> open.forEach(one -> one.stream().heartbeat()), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** For work that somebody waits for. */
    Executor threads() {
        return threads;
    }

    ResponseBodyEmitter open(long after, SubscriptionFilter filter) {
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
        return emitter;
    }

    @Override
    public void close() {
        beats.cancel(false);
        heart.shutdown();
        open.forEach(one -> {
            one.stream().stop();
            one.emitter().complete();
        });
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
