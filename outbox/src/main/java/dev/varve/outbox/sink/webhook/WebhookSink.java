package dev.varve.outbox.sink.webhook;

import dev.varve.outbox.Delivery;
import dev.varve.outbox.Message;
import dev.varve.outbox.Sink;
import dev.varve.outbox.sink.CloudEvents;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * Posts each message as a CloudEvent, signed: one request at a time for a key, many keys at once, each on a virtual
 * thread. The whole request has a deadline, so an endpoint that answers byte by byte holds nobody up.
 */
final class WebhookSink implements Sink {

    private static final ContentType EVENT = ContentType.parse(CloudEvents.JSON + "; charset=UTF-8");

    private final WebhookEndpoint endpoint;
    private final CloseableHttpClient client;
    private final InstantSource clock;
    private final WebhookAnswers answers;
    private final UnaryOperator<Delivery> watch;
    private final Semaphore atOnce;
    private final Set<HttpPost> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param client closed with this sink
     * @param watch sees every answer and may change it
     */
    WebhookSink(
            WebhookEndpoint endpoint, CloseableHttpClient client, InstantSource clock, UnaryOperator<Delivery> watch) {
        this.endpoint = endpoint;
        this.client = client;
        this.clock = clock;
        this.answers = new WebhookAnswers(clock);
        this.watch = watch;
        this.atOnce = new Semaphore(endpoint.concurrency());
    }

    @Override
    public CompletionStage<Delivery> deliver(Message message) {
        CompletableFuture<Delivery> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("varve-webhook-" + endpoint.subscription()).start(() -> {
            try {
                answer.complete(watch.apply(inTurn(message)));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private Delivery inTurn(Message message) {
        atOnce.acquireUninterruptibly();
        try {
            return closed ? new Delivery.Unavailable("the sink was closed") : post(message);
        } finally {
            atOnce.release();
        }
    }

    private Delivery post(Message message) {
        HttpPost request = request(message);
        underWay.add(request);
        // The client's own time-outs begin anew with each byte.
        CompletableFuture<Void> deadline = new CompletableFuture<Void>()
                .completeOnTimeout(null, endpoint.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(request::abort);
        try {
            return client.execute(request, this::delivery);
        } catch (IOException e) {
            // The client's limits are as long as the deadline, and one of them may be noticed before it.
            boolean late = request.isAborted() || e instanceof InterruptedIOException;
            return late && !closed ? new Delivery.Unavailable("no answer in " + endpoint.timeout()) : answers.of(e);
        } finally {
            deadline.cancel(false);
            underWay.remove(request);
        }
    }

    private HttpPost request(Message message) {
        byte[] body = endpoint.events().json(message);
        long timestamp = clock.instant().getEpochSecond();
        String id = message.id().toString();
        HttpPost request = new HttpPost(endpoint.url());
        request.setHeader("webhook-id", id);
        request.setHeader("webhook-timestamp", Long.toString(timestamp));
        request.setHeader("webhook-signature", endpoint.signature().of(id, timestamp, body));
        request.setHeader(HttpHeaders.USER_AGENT, "varve");
        request.setEntity(new ByteArrayEntity(body, EVENT));
        return request;
    }

    /** The body of the answer is not read: nothing in it counts. */
    private Delivery delivery(ClassicHttpResponse response) {
        @Nullable Header retryAfter = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
        return answers.of(response.getCode(), retryAfter == null ? null : retryAfter.getValue());
    }

    @Override
    public void close() {
        closed = true;
        underWay.forEach(HttpPost::abort);
        client.close(CloseMode.IMMEDIATE);
    }
}
