package dev.varve.transit.command.mvg;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * The bodies of the predecessor's API, field by field as its callers know them: snake case, times in UTC, and null
 * written where there is nothing to say.
 */
final class MvgAnswers {

    private MvgAnswers() {}

    /** @param id MVG's global id; of an address or a point of interest its latitude and longitude */
    @JsonNaming(SnakeCaseStrategy.class)
    record MvgStationAnswer(String id, String name, String place, double latitude, double longitude) {}

    /** @param transportType the display name, for example {@code U-Bahn} */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record MvgDepartureAnswer(
            Instant plannedTime,
            Instant realtimeTime,
            int delayMinutes,
            @Nullable String platform,
            boolean realtime,
            String line,
            String destination,
            String transportType,
            @Nullable String icon,
            boolean cancelled,
            List<String> messages) {
        MvgDepartureAnswer {
            messages = List.copyOf(messages);
        }
    }

    /** @param partial whether departures are missing because one of several requests to MVG failed */
    @JsonNaming(SnakeCaseStrategy.class)
    record MvgDeparturesAnswer(MvgStationAnswer station, List<MvgDepartureAnswer> departures, boolean partial) {
        MvgDeparturesAnswer {
            departures = List.copyOf(departures);
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record StationSearchAnswer(String query, List<MvgStationAnswer> results) {
        StationSearchAnswer {
            results = List.copyOf(results);
        }
    }

    /** @param delayMinutes never negative; the predecessor showed an early stop as one without delay */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record RouteStopAnswer(
            @Nullable String id,
            @Nullable String name,
            @Nullable String place,
            @Nullable Double latitude,
            @Nullable Double longitude,
            @Nullable Instant plannedTime,
            @Nullable Instant realtimeTime,
            @Nullable String platform,
            @Nullable String transportType,
            @Nullable String line,
            @Nullable String destination,
            @Nullable Integer delayMinutes,
            List<String> messages) {
        RouteStopAnswer {
            messages = List.copyOf(messages);
        }
    }

    /** @param transportType MVG's name, for example {@code UBAHN} or {@code PEDESTRIAN} */
    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record RouteLegAnswer(
            RouteStopAnswer origin,
            RouteStopAnswer destination,
            @Nullable String transportType,
            @Nullable String line,
            @Nullable String direction,
            @Nullable Integer durationMinutes,
            @Nullable Integer distanceMeters,
            List<RouteStopAnswer> intermediateStops) {
        RouteLegAnswer {
            intermediateStops = List.copyOf(intermediateStops);
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record RoutePlanAnswer(
            @Nullable Integer durationMinutes,
            int transfers,
            RouteStopAnswer departure,
            RouteStopAnswer arrival,
            List<RouteLegAnswer> legs) {
        RoutePlanAnswer {
            legs = List.copyOf(legs);
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record RouteAnswer(MvgStationAnswer origin, MvgStationAnswer destination, List<RoutePlanAnswer> plans) {
        RouteAnswer {
            plans = List.copyOf(plans);
        }
    }

    static MvgStationAnswer station(MvgPlace place) {
        return new MvgStationAnswer(
                place.reference(), place.name(), place.place(), place.latitude(), place.longitude());
    }
}
