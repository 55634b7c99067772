package dev.varve.transit.command.mvg;

import dev.varve.transit.command.mvg.MvgAnswers.MvgDepartureAnswer;
import dev.varve.transit.command.mvg.MvgAnswers.MvgDeparturesAnswer;
import dev.varve.transit.command.mvg.MvgJson.Items;
import dev.varve.transit.events.ExternalStatus;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Fetches the departures of a station.
 *
 * <p>For several means of transport MVG is asked once for each, at the same moment and with the same offset, so the
 * offset counts from one now; the limit is applied to the merged list. When some of the requests fail, the others are
 * shown and the answer says that it is partial.
 */
final class DepartureSource {

    private static final String ENDPOINT = "departures";
    /** What the predecessor's model allowed. */
    private static final int LEAST_DELAY = -1440;

    private final MvgClient client;
    private final StationLookup stations;
    private final MvgMetrics metrics;
    private final Consumer<MvgObservation> recording;
    private final Executor executor;
    private final Clock clock;

    DepartureSource(
            MvgClient client,
            StationLookup stations,
            MvgMetrics metrics,
            Consumer<MvgObservation> recording,
            Executor executor,
            Clock clock) {
        this.client = client;
        this.stations = stations;
        this.metrics = metrics;
        this.recording = recording;
        this.executor = executor;
        this.clock = clock;
    }

    Loaded<MvgDeparturesAnswer> load(String query, int limit, int offsetMinutes, List<MvgTransportType> types) {
        MvgPlace station = stations.station(query).orElse(null);
        if (station == null || station.id() == null) {
            return new Loaded.Missing<>("Station not found for query '" + query + "'.");
        }
        Fetched fetched = fetch(station.id(), limit, offsetMinutes, types);
        recording.accept(new MvgObservation.Departures(station, fetched.items(), clock.instant()));
        Stream<MvgDeparture> departures = fetched.items().read().stream();
        if (types.size() > 1) {
            departures = departures.sorted(Comparator.comparing(MvgDeparture::plannedAt));
        }
        MvgDeparturesAnswer answer = new MvgDeparturesAnswer(
                MvgAnswers.station(station),
                departures.limit(limit).map(DepartureSource::answer).toList(),
                fetched.partial());
        return fetched.partial() ? new Loaded.Partial<>(answer) : new Loaded.Whole<>(answer);
    }

    private Fetched fetch(String stationId, int limit, int offsetMinutes, List<MvgTransportType> types) {
        if (types.size() <= 1) {
            List<JsonNode> answer = client.departures(stationId, limit, offsetMinutes, types);
            return new Fetched(MvgJson.items(answer, MvgDeparture::read), false);
        }
        List<CompletableFuture<List<JsonNode>>> requests = types.stream()
                .map(type ->
                        CompletableFuture.supplyAsync(() -> fetchOne(stationId, limit, offsetMinutes, type), executor))
                .toList();
        List<JsonNode> merged = new ArrayList<>();
        List<UpstreamFailure> failures = new ArrayList<>();
        for (CompletableFuture<List<JsonNode>> request : requests) {
            try {
                merged.addAll(request.join());
            } catch (CompletionException e) {
                failures.add(upstreamFailure(e));
            }
        }
        if (failures.size() == types.size()) {
            throw failures.getFirst();
        }
        return new Fetched(MvgJson.items(merged, MvgDeparture::read), !failures.isEmpty());
    }

    private List<JsonNode> fetchOne(String stationId, int limit, int offsetMinutes, MvgTransportType type) {
        try {
            List<JsonNode> answer = client.departures(stationId, limit, offsetMinutes, List.of(type));
            metrics.transportRequest(ENDPOINT, type, "success");
            return answer;
        } catch (UpstreamFailure e) {
            metrics.transportRequest(ENDPOINT, type, e.status() == ExternalStatus.TIMEOUT ? "timeout" : "error");
            throw e;
        }
    }

    private static UpstreamFailure upstreamFailure(CompletionException e) {
        return e.getCause() instanceof UpstreamFailure failure
                ? failure
                : new UpstreamFailure(ExternalStatus.DOWNSTREAM_ERROR, "MVG's departures could not be read", e);
    }

    private static MvgDepartureAnswer answer(MvgDeparture departure) {
        Integer delay = departure.delayMinutes();
        return new MvgDepartureAnswer(
                departure.plannedAt(),
                departure.realtimeAt() == null ? departure.plannedAt() : departure.realtimeAt(),
                delay == null ? 0 : Math.max(delay, LEAST_DELAY),
                departure.platform(),
                departure.realtime(),
                departure.label(),
                departure.destination(),
                MvgTransportType.named(departure.transportType())
                        .map(MvgTransportType::displayName)
                        .orElse(departure.transportType()),
                icon(departure),
                departure.cancelled(),
                departure.messages());
    }

    private static @Nullable String icon(MvgDeparture departure) {
        return MvgTransportType.named(departure.transportType())
                .map(MvgTransportType::icon)
                .orElse(null);
    }

    /** @param partial whether one of the requests failed */
    private record Fetched(Items<MvgDeparture> items, boolean partial) {}
}
