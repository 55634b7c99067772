package dev.varve.transit.command.mvg;

import dev.varve.transit.command.mvg.MvgAnswers.RouteAnswer;
import dev.varve.transit.command.mvg.MvgAnswers.RouteLegAnswer;
import dev.varve.transit.command.mvg.MvgAnswers.RoutePlanAnswer;
import dev.varve.transit.command.mvg.MvgAnswers.RouteStopAnswer;
import dev.varve.transit.command.mvg.MvgJson.Items;
import dev.varve.transit.command.mvg.MvgRoute.Part;
import dev.varve.transit.command.mvg.MvgRoute.Stop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Fetches itineraries between two places. */
final class RouteSource {

    private final MvgClient client;
    private final StationLookup stations;
    private final Consumer<MvgObservation> recording;
    private final Clock clock;

    RouteSource(MvgClient client, StationLookup stations, Consumer<MvgObservation> recording, Clock clock) {
        this.client = client;
        this.stations = stations;
        this.recording = recording;
        this.clock = clock;
    }

    Loaded<RouteAnswer> load(String origin, String destination, RouteTime time, List<MvgTransportType> types) {
        MvgPlace from = stations.place(origin).orElse(null);
        if (from == null) {
            return new Loaded.Missing<>("Station not found for query '" + origin + "'.");
        }
        MvgPlace to = stations.place(destination).orElse(null);
        if (to == null) {
            return new Loaded.Missing<>("Station not found for query '" + destination + "'.");
        }
        Items<MvgRoute> routes = MvgJson.items(client.routes(from, to, time, types), MvgRoute::read);
        recording.accept(new MvgObservation.Route(from, to, filters(time, types), routes, clock.instant()));
        if (routes.read().isEmpty()) {
            return new Loaded.Missing<>("No MVG routes available between '" + origin + "' and '" + destination + "'.");
        }
        return new Loaded.Whole<>(new RouteAnswer(
                MvgAnswers.station(from),
                MvgAnswers.station(to),
                routes.read().stream().map(RouteSource::plan).toList()));
    }

    private static Map<String, String> filters(RouteTime time, List<MvgTransportType> types) {
        Map<String, String> filters = new HashMap<>(time.filter());
        if (!types.isEmpty()) {
            filters.put(
                    "transport_types",
                    String.join(",", types.stream().map(Enum::name).toList()));
        }
        return filters;
    }

    private static RoutePlanAnswer plan(MvgRoute route) {
        Part first = route.parts().getFirst();
        Part last = route.parts().getLast();
        return new RoutePlanAnswer(
                minutes(first.from().plannedAt(), last.to().plannedAt()),
                transfers(route.parts()),
                stop(first.from(), first, first.from().departureDelayMinutes(), first.messages()),
                stop(last.to(), last, last.to().arrivalDelayMinutes(), List.of()),
                route.parts().stream().map(RouteSource::leg).toList());
    }

    /** Rides but the first, less those in which the passenger keeps the seat. */
    private static int transfers(List<Part> parts) {
        List<Part> rides = parts.stream().filter(Part::isRide).toList();
        if (rides.isEmpty()) {
            return 0;
        }
        long seatKept = rides.subList(0, rides.size() - 1).stream()
                .filter(Part::noChangeRequired)
                .count();
        return rides.size() - 1 - (int) seatKept;
    }

    private static RouteLegAnswer leg(Part part) {
        Double distance = part.distance();
        return new RouteLegAnswer(
                stop(part.from(), part, part.from().departureDelayMinutes(), part.messages()),
                stop(part.to(), part, part.to().arrivalDelayMinutes(), List.of()),
                part.transportType(),
                part.label(),
                part.destination(),
                minutes(part.from().plannedAt(), part.to().plannedAt()),
                distance == null || distance < 0 ? null : (int) Math.min(Math.round(distance), Integer.MAX_VALUE),
                part.intermediateStops().stream()
                        .map(stop -> stop(stop, part, stop.departureDelayMinutes(), List.of()))
                        .toList());
    }

    private static RouteStopAnswer stop(Stop stop, Part part, @Nullable Integer delay, List<String> messages) {
        Instant planned = stop.plannedAt();
        return new RouteStopAnswer(
                stop.stationId(),
                stop.name(),
                stop.place(),
                stop.latitude(),
                stop.longitude(),
                planned,
                planned == null || delay == null ? null : planned.plus(Duration.ofMinutes(delay)),
                stop.platform(),
                part.transportType(),
                part.label(),
                part.destination(),
                delay == null ? null : Math.max(delay, 0),
                messages);
    }

    private static @Nullable Integer minutes(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null || to.isBefore(from)
                ? null
                : (int) Duration.between(from, to).toMinutes();
    }
}
