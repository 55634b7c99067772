package dev.varve.outbox.sink.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.varve.outbox.Message;
import dev.varve.outbox.Sink;
import dev.varve.outbox.SinkSettings;
import dev.varve.outbox.sink.Messages;
import dev.varve.outbox.sink.SinkConformance;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on this machine that keeps what was posted to it. */
final class Endpoint implements SinkConformance.Consumer {

    record Posted(Headers headers, byte[] body) {}

    @FunctionalInterface
    interface Answer {
        /** The status, with headers set before. */
        int to(HttpExchange exchange, String body) throws IOException;
    }

    private static final String DATA = ",\"data\":";

    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    final List<Posted> posted = new CopyOnWriteArrayList<>();
    private final WebhookSinkFactory factory;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Answer answer = Endpoint::takeUnlessUnwanted;

    Endpoint(WebhookSinkFactory factory) {
        this.factory = factory;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = answer.to(exchange, new String(body, UTF_8));
            if (status == 200) {
                posted.add(new Posted(exchange.getRequestHeaders(), body));
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private static int takeUnlessUnwanted(HttpExchange exchange, String body) {
        return body.contains("unwanted payload") ? 400 : 200;
    }

    void answers(Answer wanted) {
        answer = wanted;
    }

    void answers(int status) {
        answers((exchange, body) -> status);
    }

    SinkSettings settings(String... more) {
        Map<String, String> values = new HashMap<>(Map.of("url", url(), "secret", SECRET));
        for (int i = 0; i < more.length; i += 2) {
            values.put(more[i], more[i + 1]);
        }
        return new SinkSettings("endpoint", values);
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort() + "/in?token=t";
    }

    @Override
    public Sink open() {
        return factory.open(settings());
    }

    @Override
    public List<SinkConformance.Received> received() {
        return posted.stream().map(post -> received(post.body())).toList();
    }

    private static SinkConformance.Received received(byte[] body) {
        CloudEvent event = event(body);
        String text = new String(body, UTF_8);
        // The bytes, which a parser would not keep.
        String data = text.substring(text.indexOf(DATA) + DATA.length(), text.length() - 1);
        return new SinkConformance.Received(
                UUID.fromString(event.getId()), event.getType(), Objects.requireNonNull(event.getSubject()), data);
    }

    static CloudEvent event(byte[] body) {
        return new JsonFormat().deserialize(body);
    }

    @Override
    public Message unwanted(long position, String key) {
        return Messages.of(position, key, "\"unwanted payload from Zürich\"");
    }

    @Override
    public void throttle() {
        answers((exchange, body) -> {
            exchange.getResponseHeaders().set("Retry-After", "7");
            return 429;
        });
    }

    @Override
    public void goDown() {
        answers(500);
    }

    @Override
    public void comeBack() {
        answer = Endpoint::takeUnlessUnwanted;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
