package dev.varve.transit.command.mvg;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One itinerary as MVG's {@code /routes} tells it.
 *
 * @param whole the JSON object as it came, for the record: its shape is MVG's and nothing of it may be lost
 */
record MvgRoute(List<Part> parts, Map<String, @Nullable Object> whole) {

    MvgRoute {
        parts = List.copyOf(parts);
    }

    /** A ride or a walk between two stops. */
    record Part(
            Stop from,
            Stop to,
            List<Stop> intermediateStops,
            boolean noChangeRequired,
            @Nullable String label,
            @Nullable String transportType,
            @Nullable String destination,
            @Nullable Double distance,
            List<String> messages) {

        Part {
            intermediateStops = List.copyOf(intermediateStops);
            messages = List.copyOf(messages);
        }

        boolean isRide() {
            return !MvgTransportType.PEDESTRIAN.name().equals(transportType);
        }
    }

    /**
     * A stop of a part, or an address or point of interest at its end.
     *
     * @param plannedAt MVG's plannedDeparture, which at the end of a part is the arrival
     */
    record Stop(
            @Nullable String stationId,
            @Nullable String name,
            @Nullable String place,
            @Nullable Double latitude,
            @Nullable Double longitude,
            @Nullable Instant plannedAt,
            @Nullable Integer departureDelayMinutes,
            @Nullable Integer arrivalDelayMinutes,
            @Nullable String platform,
            List<String> transportTypes) {

        Stop {
            transportTypes = List.copyOf(transportTypes);
        }

        static Stop read(JsonItem item) {
            return new Stop(
                    item.textOrNull("stationGlobalId"),
                    item.textOrNull("name"),
                    item.textOrNull("place"),
                    item.optionalNumber("latitude"),
                    item.optionalNumber("longitude"),
                    item.optionalTime("plannedDeparture"),
                    item.optionalInt("departureDelayInMinutes"),
                    item.optionalInt("arrivalDelayInMinutes"),
                    item.textOrNull("platform"),
                    item.texts("transportTypes"));
        }
    }

    /** Every stop of the itinerary, in order; a stop between two parts comes twice. */
    Stream<Stop> stops() {
        return parts.stream()
                .flatMap(part -> Stream.of(
                                Stream.of(part.from()), part.intermediateStops().stream(), Stream.of(part.to()))
                        .flatMap(stops -> stops));
    }

    static MvgRoute read(JsonItem item) {
        List<Part> parts = item.items("parts").stream().map(MvgRoute::readPart).toList();
        if (parts.isEmpty()) {
            throw new BrokenItem(item.path() + ".parts", "is missing or empty");
        }
        return new MvgRoute(parts, MvgJson.asMap(item.path(), item.node()));
    }

    private static Part readPart(JsonItem item) {
        JsonItem line = item.optionalItem("line");
        List<String> messages = new ArrayList<>(item.texts("messages"));
        item.items("infos").forEach(info -> messages.add(info.text("message")));
        return new Part(
                Stop.read(item.item("from")),
                Stop.read(item.item("to")),
                item.items("intermediateStops").stream().map(Stop::read).toList(),
                item.flag("noChangeRequired"),
                line == null ? null : line.textOrNull("label"),
                line == null ? null : line.textOrNull("transportType"),
                line == null ? null : line.textOrNull("destination"),
                item.optionalNumber("distance"),
                messages);
    }
}
