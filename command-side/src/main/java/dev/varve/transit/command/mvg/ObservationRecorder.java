package dev.varve.transit.command.mvg;

import dev.varve.command.Rejected;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.command.routesnapshot.RecordRouteSnapshot;
import dev.varve.transit.events.IngestionSource;
import dev.varve.transit.events.StationId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Turns one answer of MVG into commands and dispatches them, in an order in which each builds on the ones before. */
final class ObservationRecorder {

    private final CommandDispatcher dispatcher;

    ObservationRecorder(CommandDispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    static IngestionSource sourceOf(MvgObservation observation) {
        return switch (observation) {
            case MvgObservation.Departures departures -> IngestionSource.MVG_DEPARTURES;
            case MvgObservation.Stations stations -> IngestionSource.MVG_STATIONS;
            case MvgObservation.Route route -> IngestionSource.MVG_ROUTES;
        };
    }

    /** How many rows an answer is: the station and its departures, the stations, or the snapshot. */
    static long rowsOf(MvgObservation observation) {
        long broken = observation.broken().size();
        return broken
                + switch (observation) {
                    case MvgObservation.Departures departures ->
                        1 + departures.items().read().size();
                    case MvgObservation.Stations stations ->
                        stations.items().read().stream()
                                .filter(MvgPlace::isStation)
                                .count();
                    case MvgObservation.Route route -> 1;
                };
    }

    /**
     * Records what can be recorded and says what became of each row.
     *
     * <p>A failure of the machine ends the answer: the rows that are left would meet it too.
     */
    RecordingTally record(MvgObservation observation) {
        RecordingTally tally = new RecordingTally(sourceOf(observation));
        observation.broken().forEach(broken -> tally.rejected("answer", broken.reason()));
        long left = rowsOf(observation) - observation.broken().size();
        for (Row row : rows(observation)) {
            try {
                if (dispatch(row)) {
                    tally.recorded();
                } else {
                    tally.unchanged();
                }
            } catch (Rejected e) {
                tally.rejected(row.what(), e.detail());
            } catch (RuntimeException e) {
                tally.lost(left, e.toString());
                return tally;
            }
            left--;
        }
        return tally;
    }

    private boolean dispatch(Row row) {
        boolean recorded = false;
        for (Object command : row.commands().get()) {
            recorded |= dispatcher.dispatch(command).events() > 0;
        }
        return recorded;
    }

    private static List<Row> rows(MvgObservation observation) {
        return switch (observation) {
            case MvgObservation.Departures departures -> departureRows(departures);
            case MvgObservation.Stations stations ->
                stations.items().read().stream()
                        .filter(MvgPlace::isStation)
                        .map(place -> new Row("station " + place.reference(), () -> station(place)))
                        .toList();
            case MvgObservation.Route route -> List.of(new Row("route", () -> snapshot(route)));
        };
    }

    private static List<Row> departureRows(MvgObservation.Departures departures) {
        StationId station = new StationId(departures.station().reference());
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("station " + station, () -> station(departures.station())));
        // A line is on the board many times; once is enough to know it.
        Set<RegisterLine> known = new HashSet<>();
        for (MvgDeparture departure : departures.items().read()) {
            rows.add(new Row("departure of " + departure.label() + " at " + departure.plannedAt(), () -> {
                RegisterLine line = MvgCommands.registerLine(departure);
                Object observation = MvgCommands.observeDeparture(station, departure, null, departures.observedAt());
                return known.add(line) ? List.of(line, observation) : List.of(observation);
            }));
        }
        return rows;
    }

    private static List<Object> station(MvgPlace place) {
        return new ArrayList<>(MvgCommands.registerStation(place).stream().toList());
    }

    private static List<Object> snapshot(MvgObservation.Route route) {
        List<Object> commands = new ArrayList<>();
        commands.addAll(station(route.origin()));
        commands.addAll(station(route.destination()));
        commands.addAll(MvgCommands.registerStations(route.items().read()));
        commands.add(RecordRouteSnapshot.of(
                MvgCommands.routeEnd(route.origin()),
                MvgCommands.routeEnd(route.destination()),
                route.filters(),
                route.itineraries(),
                route.status(),
                route.observedAt(),
                null));
        return commands;
    }

    /** @param commands made when they are dispatched, because making one may be refused */
    private record Row(String what, Supplier<List<Object>> commands) {}
}
