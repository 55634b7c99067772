package dev.varve.transit.command.mvg;

import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.command.departure.Observation;
import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.command.station.RegisterStation;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.Remark;
import dev.varve.transit.events.RouteEnd;
import dev.varve.transit.events.StationId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** MVG's answers as our commands. */
final class MvgCommands {

    /** What observations name as their source; the predecessor's default. */
    static final String SOURCE = "mvg";

    private MvgCommands() {}

    /** Empty for an address or a point of interest, which is no station. */
    static Optional<RegisterStation> registerStation(MvgPlace place) {
        return place.id() == null
                ? Optional.empty()
                : Optional.of(new RegisterStation(
                        new StationId(place.id()),
                        place.name(),
                        place.place(),
                        place.latitude(),
                        place.longitude(),
                        place.transportTypes().stream()
                                .map(MvgTransportType::modeOf)
                                .toList(),
                        RegisterStation.DEFAULT_TIMEZONE));
    }

    /**
     * The stations that routes pass and describe in full, each once.
     *
     * <p>A stop without its means of transport is left out: it would wipe out what is known of the station.
     */
    static List<RegisterStation> registerStations(List<MvgRoute> routes) {
        Map<StationId, RegisterStation> stations = new LinkedHashMap<>();
        routes.stream()
                .flatMap(MvgRoute::stops)
                .flatMap(stop -> placeOf(stop).stream())
                .flatMap(place -> registerStation(place).stream())
                .forEach(station -> stations.putIfAbsent(station.stationId(), station));
        return List.copyOf(stations.values());
    }

    /** A board knows label and means of transport; what else is known of the line stays. */
    static RegisterLine registerLine(MvgDeparture departure) {
        return new RegisterLine(
                lineId(departure),
                departure.label(),
                MvgTransportType.modeOf(departure.transportType()),
                null,
                null,
                null);
    }

    /** @param station the station whose board it stands on, which is where it is looked for later */
    static ObserveDeparture observeDeparture(
            StationId station, MvgDeparture departure, @Nullable IngestionRunId run, Instant observedAt) {
        return ObserveDeparture.of(
                station,
                lineId(departure),
                departure.label(),
                MvgTransportType.modeOf(departure.transportType()),
                departure.destination(),
                departure.plannedAt(),
                observation(departure, run, observedAt));
    }

    static RouteEnd routeEnd(MvgPlace place) {
        StationId id = place.id() == null ? null : new StationId(place.id());
        return new RouteEnd(id, place.name(), place.latitude(), place.longitude());
    }

    /** MVG's id; where it sends none, one that network, number and label make, so that it is the same every time. */
    static LineId lineId(MvgDeparture departure) {
        if (departure.lineId() != null) {
            return new LineId(departure.lineId());
        }
        String derived =
                "mvg:%s:%s:%s".formatted(orEmpty(departure.network()), orEmpty(departure.divaId()), departure.label());
        return new LineId(
                derived.length() <= TransitBounds.ID
                        ? derived
                        : "mvg:" + UUID.nameUUIDFromBytes(derived.getBytes(StandardCharsets.UTF_8)));
    }

    private static Observation observation(MvgDeparture departure, @Nullable IngestionRunId run, Instant observedAt) {
        Integer delay = departure.delaySeconds();
        return new Observation(
                delay == null ? new Observation.Realtime.None() : new Observation.Realtime.Delay(delay),
                departure.platform() == null
                        ? null
                        : new Observation.Platform(departure.platform(), departure.platformChanged()),
                departure.cancelled() ? new Observation.Operation.Cancelled(null) : new Observation.Operation.Runs(),
                Stream.concat(departure.messages().stream().map(Remark::of), departure.infos().stream())
                        .toList(),
                new Observation.Crowding(departure.occupancy(), null),
                details(departure),
                SOURCE,
                run,
                observedAt);
    }

    private static DepartureDetails details(MvgDeparture departure) {
        return new DepartureDetails(
                departure.tripId(),
                departure.tripCode(),
                null,
                null,
                departure.network(),
                departure.trainType(),
                departure.divaId(),
                departure.replacementService(),
                departure.stopPointId(),
                departure.stopPositionNumber(),
                departure.bannerHash(),
                departure.transportType());
    }

    private static Optional<MvgPlace> placeOf(MvgRoute.Stop stop) {
        return stop.stationId() == null
                        || stop.name() == null
                        || stop.latitude() == null
                        || stop.longitude() == null
                        || stop.transportTypes().isEmpty()
                ? Optional.empty()
                : Optional.of(new MvgPlace(
                        stop.stationId(),
                        stop.name(),
                        orEmpty(stop.place()),
                        stop.latitude(),
                        stop.longitude(),
                        stop.transportTypes()));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
