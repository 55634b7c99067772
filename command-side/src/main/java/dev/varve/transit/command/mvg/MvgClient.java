package dev.varve.transit.command.mvg;

import dev.varve.transit.events.ExternalStatus;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * MVG's API over HTTP: every request has a deadline that covers its body, a limit to the body, and one of the outcomes
 * of {@link ExternalStatus}.
 *
 * <p>A broken connection or a gateway that says 502, 503 or 504 is tried once more; a time-out and a 429 are not, because
 * asking again makes both worse.
 */
final class MvgClient implements AutoCloseable {

    private final MvgSettings settings;
    private final MvgMetrics metrics;
    private final HttpClient http;

    MvgClient(MvgSettings settings, MvgMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        this.http = HttpClient.newBuilder()
                .connectTimeout(settings.connectTimeout())
                .executor(Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("mvg-client-", 0).factory()))
                .build();
    }

    /**
     * Departures from a station.
     *
     * @param offsetMinutes how far from now the first one may be
     * @param types the means of transport; empty: all
     */
    List<JsonNode> departures(String stationId, int limit, int offsetMinutes, List<MvgTransportType> types) {
        Map<String, Object> query = new LinkedHashMap<>();
        query.put("globalId", stationId);
        query.put("limit", limit);
        query.put("offsetInMinutes", offsetMinutes);
        putTypes(query, types);
        return list("departures", api("/departures", query));
    }

    /** Itineraries between two places. */
    List<JsonNode> routes(MvgPlace origin, MvgPlace destination, RouteTime time, List<MvgTransportType> types) {
        Map<String, Object> query = new LinkedHashMap<>();
        putEnd(query, "origin", origin);
        putEnd(query, "destination", destination);
        // MVG refuses a time that is not in UTC with a Z, which is how an Instant is written.
        switch (time) {
            case RouteTime.Now() -> {}
            case RouteTime.DepartAt(var at) -> {
                query.put("routingDateTime", at);
                query.put("routingDateTimeIsArrival", false);
            }
            case RouteTime.ArriveBy(var at) -> {
                query.put("routingDateTime", at);
                query.put("routingDateTimeIsArrival", true);
            }
        }
        putTypes(query, types);
        return list("route_lookup", api("/routes", query));
    }

    /**
     * Places that match a text, the best first.
     *
     * @param endpoint what the request is counted as
     */
    List<JsonNode> locations(String endpoint, String text, boolean stationsOnly) {
        Map<String, Object> query = new LinkedHashMap<>();
        query.put("query", text);
        if (stationsOnly) {
            query.put("locationTypes", "STATION");
        }
        return list(endpoint, api("/locations", query));
    }

    /** A station of the dump by its global id. */
    JsonNode station(String stationId) {
        return get("station_lookup", uri(settings.stationDumpUrl(), "/stations/" + encoded(stationId), Map.of()));
    }

    /** The dump of all stations. */
    List<JsonNode> stations() {
        return list("station_list", uri(settings.stationDumpUrl(), "/stations", Map.of()));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private static void putEnd(Map<String, Object> query, String end, MvgPlace place) {
        if (place.id() == null) {
            query.put(end + "Latitude", place.latitude());
            query.put(end + "Longitude", place.longitude());
        } else {
            query.put(end + "StationGlobalId", place.id());
        }
    }

    private static void putTypes(Map<String, Object> query, List<MvgTransportType> types) {
        if (!types.isEmpty()) {
            query.put(
                    "transportTypes",
                    String.join(",", types.stream().map(Enum::name).toList()));
        }
    }

    private URI api(String path, Map<String, Object> query) {
        return uri(settings.baseUrl(), path, query);
    }

    private static URI uri(String base, String path, Map<String, Object> query) {
        StringJoiner pairs = new StringJoiner("&", query.isEmpty() ? "" : "?", "");
        query.forEach((name, value) -> pairs.add(name + "=" + encoded(value.toString())));
        String root = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return URI.create(root + path + pairs);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private List<JsonNode> list(String endpoint, URI uri) {
        JsonNode answer = get(endpoint, uri);
        try {
            return MvgJson.elements(answer);
        } catch (BrokenItem e) {
            throw new UpstreamFailure(
                    ExternalStatus.DOWNSTREAM_ERROR, "MVG's answer to " + endpoint + " is no list", e);
        }
    }

    private JsonNode get(String endpoint, URI uri) {
        long start = System.nanoTime();
        String result = "error";
        try {
            JsonNode answer = parsed(endpoint, getTwiceAtMost(endpoint, uri));
            result = "success";
            return answer;
        } catch (UpstreamFailure e) {
            result = e.status() == ExternalStatus.NOT_FOUND ? "not_found" : "error";
            throw e;
        } finally {
            metrics.request(endpoint, result, System.nanoTime() - start);
        }
    }

    private byte[] getTwiceAtMost(String endpoint, URI uri) {
        try {
            return exchange(endpoint, uri);
        } catch (Passing first) {
            try {
                return exchange(endpoint, uri);
            } catch (Passing second) {
                second.addSuppressed(first);
                throw new UpstreamFailure(
                        ExternalStatus.DOWNSTREAM_ERROR,
                        "MVG did not answer %s in two attempts: %s".formatted(endpoint, second.reason),
                        second);
            }
        }
    }

    private byte[] exchange(String endpoint, URI uri) throws Passing {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(settings.requestTimeout())
                .header("Accept", "application/json")
                .header("User-Agent", settings.userAgent())
                .build();
        HttpResponse<byte[]> response = within(endpoint, http.sendAsync(request, head -> body()));
        int code = response.statusCode();
        return switch (code) {
            case 200 -> response.body();
            case 404 -> throw failure(ExternalStatus.NOT_FOUND, endpoint, code);
            case 429 -> throw failure(ExternalStatus.RATE_LIMITED, endpoint, code);
            case 502, 503, 504 -> throw new Passing("it answered " + code, null);
            default -> throw failure(ExternalStatus.DOWNSTREAM_ERROR, endpoint, code);
        };
    }

    private HttpResponse.BodySubscriber<byte[]> body() {
        return new LimitedBody(settings.maxAnswerSize().toBytes());
    }

    /** Waits with a deadline of its own, because HttpRequest's ends with the response's head. */
    private HttpResponse<byte[]> within(String endpoint, CompletableFuture<HttpResponse<byte[]>> exchange)
            throws Passing {
        try {
            return exchange.get(settings.requestTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw timeout(endpoint, e);
        } catch (InterruptedException e) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new UpstreamFailure(
                    ExternalStatus.DOWNSTREAM_ERROR, "Interrupted while waiting for MVG's answer to " + endpoint, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof HttpTimeoutException) {
                throw timeout(endpoint, cause);
            }
            if (cause instanceof IOException) {
                throw new Passing(cause.getClass().getSimpleName(), cause);
            }
            throw new UpstreamFailure(ExternalStatus.DOWNSTREAM_ERROR, "MVG cannot be asked for " + endpoint, cause);
        }
    }

    private UpstreamFailure timeout(String endpoint, Throwable cause) {
        return new UpstreamFailure(
                ExternalStatus.TIMEOUT,
                "MVG did not answer %s within %d ms"
                        .formatted(endpoint, settings.requestTimeout().toMillis()),
                cause);
    }

    private static UpstreamFailure failure(ExternalStatus status, String endpoint, int code) {
        return new UpstreamFailure(status, "MVG answered %s with %d".formatted(endpoint, code), null);
    }

    private static JsonNode parsed(String endpoint, byte[] body) {
        try {
            return MvgJson.tree(body);
        } catch (JacksonException e) {
            throw new UpstreamFailure(
                    ExternalStatus.DOWNSTREAM_ERROR, "MVG's answer to " + endpoint + " is no JSON", e);
        }
    }

    /** A failure that the next attempt may not meet. */
    private static final class Passing extends Exception {

        private static final long serialVersionUID = 1L;

        private final String reason;

        Passing(String reason, @Nullable Throwable cause) {
            super(reason, cause);
            this.reason = reason;
        }
    }
}
