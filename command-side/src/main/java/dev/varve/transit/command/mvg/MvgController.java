package dev.varve.transit.command.mvg;

import dev.varve.transit.command.mvg.MvgAnswers.MvgDeparturesAnswer;
import dev.varve.transit.command.mvg.MvgAnswers.MvgStationAnswer;
import dev.varve.transit.command.mvg.MvgAnswers.RouteAnswer;
import dev.varve.transit.command.mvg.MvgAnswers.StationSearchAnswer;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The predecessor's API: the same paths, parameters, bodies, status codes and {@code X-Cache-Status}.
 *
 * <p>It asks MVG and not our read models, because that is what its callers know; what MVG answers is recorded beside.
 */
@RestController
@RequestMapping("/api/v1/mvg")
final class MvgController {

    static final String CACHE_STATUS = "X-Cache-Status";

    private static final int LONGEST_QUERY = 255;
    private static final int LARGEST_OFFSET = 240;

    private final MvgSettings settings;
    private final MvgCaches caches;
    private final DepartureSource departures;
    private final StationSource stations;
    private final RouteSource routes;
    private final Clock clock;

    MvgController(
            MvgSettings settings,
            MvgCaches caches,
            DepartureSource departures,
            StationSource stations,
            RouteSource routes,
            Clock clock) {
        this.settings = settings;
        this.caches = caches;
        this.departures = departures;
        this.stations = stations;
        this.routes = routes;
        this.clock = clock;
    }

    /**
     * Upcoming departures of a station.
     *
     * @param station a name or a global id
     * @param transportTypes repeatable; none: all
     * @param offset minutes from now to the first departure
     * @param from the same as a time; not together with an offset
     * @param windowMinutes what the caller steps by; checked, and without effect on the answer, as it always was
     */
    @GetMapping("/departures")
    ResponseEntity<MvgDeparturesAnswer> departures(
            @RequestParam @NotBlank @Size(max = LONGEST_QUERY) String station,
            @RequestParam(name = "transport_type", required = false) @Nullable List<String> transportTypes,
            @RequestParam(defaultValue = "10") @Min(1) @Max(40) int limit,
            @RequestParam(defaultValue = "0") @Min(0) @Max(LARGEST_OFFSET) int offset,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(name = "window_minutes", required = false) @Min(1) @Max(240) @Nullable Integer windowMinutes) {
        List<MvgTransportType> types = types(transportTypes);
        int minutes = from == null ? offset : offsetOf(from, offset);
        String key = key("departures", keyOf(station), limit, minutes, keyOf(types));
        return answer(caches.departures(), key, () -> departures.load(station, limit, minutes, types));
    }

    /** Itineraries between two stations, addresses, points of interest or pairs of coordinates. */
    @GetMapping("/routes/plan")
    ResponseEntity<RouteAnswer> plan(
            @RequestParam @NotBlank @Size(max = LONGEST_QUERY) String origin,
            @RequestParam @NotBlank @Size(max = LONGEST_QUERY) String destination,
            @RequestParam(name = "departure_time", required = false) @Nullable String departureTime,
            @RequestParam(name = "arrival_time", required = false) @Nullable String arrivalTime,
            @RequestParam(name = "transport_type", required = false) @Nullable List<String> transportTypes) {
        RouteTime time = time(departureTime, arrivalTime);
        List<MvgTransportType> types = types(transportTypes);
        String key = key("route", keyOf(origin), keyOf(destination), time.key(), keyOf(types));
        return answer(caches.routes(), key, () -> routes.load(origin, destination, time, types));
    }

    /** Stations that match a text. */
    @GetMapping("/stations/search")
    ResponseEntity<StationSearchAnswer> search(
            @RequestParam @NotBlank @Size(max = LONGEST_QUERY) String query,
            @RequestParam(defaultValue = "8") @Min(1) @Max(20) int limit) {
        String key = key("stations", keyOf(query), limit);
        return answer(caches.stationSearch(), key, () -> stations.search(query, limit));
    }

    /** All stations. */
    @GetMapping("/stations/list")
    ResponseEntity<List<MvgStationAnswer>> list() {
        return answer(caches.stationList(), "stations", stations::all);
    }

    private <T> ResponseEntity<T> answer(RefreshingCache<T> cache, String key, Supplier<Loaded<T>> source) {
        if (!settings.enabled()) {
            throw MvgProblem.off();
        }
        try {
            return switch (cache.get(key, source)) {
                case CacheAnswer.Found<T>(T value, CacheStatus status) ->
                    ResponseEntity.ok().header(CACHE_STATUS, status.header()).body(value);
                case CacheAnswer.NotFound<T>(String detail, boolean cached) ->
                    throw MvgProblem.notFound(detail, cached);
            };
        } catch (RefreshTimeout e) {
            throw MvgProblem.timeout(e);
        } catch (UpstreamFailure e) {
            throw MvgProblem.upstream(e);
        }
    }

    private int offsetOf(String from, int offset) {
        if (offset != 0) {
            throw MvgProblem.invalid("from and offset cannot be given together");
        }
        Instant start = AskedTime.parse("from", from);
        long minutes = Math.max(0, Duration.between(clock.instant(), start).toMinutes());
        if (minutes > LARGEST_OFFSET) {
            throw MvgProblem.invalid("from must be at most " + LARGEST_OFFSET + " minutes ahead");
        }
        return (int) minutes;
    }

    private static RouteTime time(@Nullable String departureTime, @Nullable String arrivalTime) {
        if (departureTime != null && arrivalTime != null) {
            throw MvgProblem.invalid("Give either departure_time or arrival_time, not both");
        }
        if (departureTime != null) {
            return new RouteTime.DepartAt(AskedTime.parse("departure_time", departureTime));
        }
        return arrivalTime == null
                ? new RouteTime.Now()
                : new RouteTime.ArriveBy(AskedTime.parse("arrival_time", arrivalTime));
    }

    /** Each type once, in the order of their names, so that the order of the parameters makes no difference. */
    private static List<MvgTransportType> types(@Nullable List<String> asked) {
        TreeSet<MvgTransportType> types = new TreeSet<>(Comparator.comparing(Enum::name));
        for (String text : asked == null ? List.<String>of() : asked) {
            if (!text.isBlank()) {
                types.add(MvgTransportType.asked(text)
                        .orElseThrow(() -> MvgProblem.invalid("Unsupported transport type '" + abridged(text) + "'")));
            }
        }
        return new ArrayList<>(types);
    }

    private static String abridged(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    /** Each part with its length before it: MVG's ids hold colons, so two callers' words could else make one key. */
    private static String key(String kind, Object... parts) {
        StringBuilder key = new StringBuilder(kind);
        for (Object part : parts) {
            String text = part.toString();
            key.append(':').append(text.length()).append(':').append(text);
        }
        return key.toString();
    }

    private static String keyOf(String text) {
        return text.strip().toLowerCase(Locale.ROOT);
    }

    private static String keyOf(List<MvgTransportType> types) {
        return types.isEmpty()
                ? "all"
                : String.join("-", types.stream().map(Enum::name).toList());
    }
}
