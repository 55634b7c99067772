package dev.varve.transit.command.mvg;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** MVG as a real HTTP server on this machine, which answers what a test tells it to. */
final class Upstream implements AutoCloseable {

    static final String API = "/api/bgw-pt/v3";
    static final String DUMP = "/.rest/zdm";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Function<String, Answer>> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> arrivals = new LinkedBlockingQueue<>();
    private volatile String lastUserAgent = "";

    Upstream() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** @param delay waited for before the answer is sent */
    record Answer(int status, String body, CountDownLatch delay) {

        static Answer ok(String body) {
            return new Answer(200, body, new CountDownLatch(0));
        }

        static Answer error(int status) {
            return new Answer(status, "{\"message\":\"no\"}", new CountDownLatch(0));
        }

        Answer after(CountDownLatch gate) {
            return new Answer(status, body, gate);
        }
    }

    String apiUrl() {
        return "http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + API;
    }

    /** What a path answers from now on; the query decoded is given to the function. */
    Upstream on(String path, Function<String, Answer> answer) {
        answers.put(path, answer);
        return this;
    }

    Upstream on(String path, Answer answer) {
        return on(path, query -> answer);
    }

    /** A station, its departures, a route and the dump. */
    Upstream withEverything() {
        return on(DUMP + "/stations/" + Recorded.STATION, Answer.ok(Recorded.STATION_OF_DUMP))
                .on(DUMP + "/stations", Answer.ok(Recorded.list(Recorded.STATION_OF_DUMP)))
                .on(API + "/locations", Answer.ok(Recorded.LOCATIONS))
                .on(API + "/departures", Answer.ok(Recorded.list(Recorded.BUS, Recorded.CANCELLED)))
                .on(API + "/routes", Answer.ok(Recorded.list(Recorded.ROUTE)));
    }

    /** Paths with their decoded queries, in the order of their arrival. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    long requestsTo(String path) {
        return requests.stream()
                .filter(request -> request.split("\\?")[0].equals(path))
                .count();
    }

    String lastUserAgent() {
        return lastUserAgent;
    }

    /** Waits until a request to a path has arrived, answered or not. */
    void awaitRequestTo(String path) throws InterruptedException {
        while (true) {
            String arrived = arrivals.poll(10, TimeUnit.SECONDS);
            if (arrived == null) {
                throw new AssertionError("no request to " + path + " came");
            }
            if (arrived.split("\\?")[0].equals(path)) {
                return;
            }
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = URLDecoder.decode(exchange.getRequestURI().getRawPath(), StandardCharsets.UTF_8);
        String query = exchange.getRequestURI().getRawQuery();
        String decoded = query == null ? "" : URLDecoder.decode(query, StandardCharsets.UTF_8);
        String request = decoded.isEmpty() ? path : path + "?" + decoded;
        lastUserAgent = exchange.getRequestHeaders().getFirst("User-Agent");
        requests.add(request);
        Answer answer = answers.getOrDefault(path, any -> Answer.error(404)).apply(decoded);
        // Only now, so that what a test answers after it saw the request come is not for this one.
        arrivals.add(request);
        try (exchange) {
            if (!answer.delay().await(30, TimeUnit.SECONDS)) {
                throw new IOException("nobody opened the gate");
            }
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
