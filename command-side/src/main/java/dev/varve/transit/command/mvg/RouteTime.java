package dev.varve.transit.command.mvg;

import java.time.Instant;
import java.util.Map;

/** When a route is asked for. */
sealed interface RouteTime {

    record Now() implements RouteTime {}

    record DepartAt(Instant at) implements RouteTime {}

    record ArriveBy(Instant at) implements RouteTime {}

    /** As part of a cache key, as the predecessor wrote it. */
    default String key() {
        return switch (this) {
            case Now() -> "now";
            case DepartAt(var at) -> "dep:" + at.getEpochSecond();
            case ArriveBy(var at) -> "arr:" + at.getEpochSecond();
        };
    }

    /** As a filter of a route snapshot. */
    default Map<String, String> filter() {
        return switch (this) {
            case Now() -> Map.of();
            case DepartAt(var at) -> Map.of("departure_time", at.toString());
            case ArriveBy(var at) -> Map.of("arrival_time", at.toString());
        };
    }
}
