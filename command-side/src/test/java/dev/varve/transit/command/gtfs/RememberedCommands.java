package dev.varve.transit.command.gtfs;

import dev.varve.command.Rejected;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import dev.varve.transit.command.departure.Observation;
import dev.varve.transit.command.departure.ObserveDeparture;
import dev.varve.transit.command.departure.UpdateDeparture;
import dev.varve.transit.command.ingestion.CompleteIngestion;
import dev.varve.transit.command.ingestion.FailIngestion;
import dev.varve.transit.command.ingestion.RetryIngestion;
import dev.varve.transit.command.ingestion.StartIngestion;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.command.station.RegisterStation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.axonframework.modelling.command.AggregateNotFoundException;

/** A log that keeps the last command of each stream; the same one again changes nothing. */
final class RememberedCommands implements CommandDispatcher {

    private final Map<String, Object> streams = new ConcurrentHashMap<>();
    private final AtomicLong position = new AtomicLong();

    @Override
    public CommandReceipt dispatch(Object command) {
        return switch (command) {
            case RegisterStation station -> remember(station.stream(), station);
            case RegisterLine line -> remember(line.stream(), line);
            case ObserveDeparture departure -> remember(departure.stream(), departure);
            case UpdateDeparture update -> {
                if (!streams.containsKey(update.stream())) {
                    throw new AggregateNotFoundException(update.stream(), "is not known");
                }
                yield remember("update of " + update.stream(), update);
            }
            case StartIngestion start -> {
                if (streams.containsKey(start.stream())) {
                    throw new Rejected("transit", "ingestion-known", null, "is known");
                }
                yield remember(start.stream(), start);
            }
            case RetryIngestion retry -> {
                if (streams.get(retry.stream()) instanceof CompleteIngestion) {
                    throw new Rejected("transit", "ingestion-ended", null, "has ended");
                }
                yield remember(retry.stream(), retry);
            }
            case CompleteIngestion complete -> remember(complete.stream(), complete);
            case FailIngestion fail -> remember(fail.stream(), fail);
            default -> throw new IllegalArgumentException("no handler for " + command);
        };
    }

    private CommandReceipt remember(String stream, Object command) {
        Object before = streams.put(stream, command);
        int events = before != null && Objects.equals(withoutRun(before), withoutRun(command)) ? 0 : 1;
        return new CommandReceipt(position.addAndGet(events), 0, events, null);
    }

    /** Who brought it, and when it was said, makes no difference to a departure. */
    private static Object withoutRun(Object command) {
        return switch (command) {
            case ObserveDeparture d ->
                List.of(d.departureId(), d.lineLabel(), d.destination(), d.plannedAt(), words(d.observation()));
            case UpdateDeparture d -> List.of(d.departureId(), words(d.observation()));
            default -> command;
        };
    }

    <T> List<T> all(Class<T> type) {
        return streams.values().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** What was last said of each departure in real time: {@code <station without feed> <planned> <what>}, in order. */
    List<String> updates() {
        Map<String, ObserveDeparture> planned = new ConcurrentHashMap<>();
        all(ObserveDeparture.class).forEach(d -> planned.put(d.departureId().value(), d));
        return all(UpdateDeparture.class).stream()
                .map(update -> {
                    ObserveDeparture d = planned.get(update.departureId().value());
                    return "%s %s %s"
                            .formatted(
                                    d.stationId().value().replaceFirst("^[^:]*:", ""),
                                    d.plannedAt(),
                                    words(update.observation()));
                })
                .sorted()
                .toList();
    }

    private static String words(Observation observation) {
        String realtime = observation.realtime() instanceof Observation.Realtime.Delay(int seconds)
                ? "delay " + seconds
                : observation.realtime() == null ? "silent" : "no data";
        String platform = observation.platform() == null
                ? ""
                : " platform " + observation.platform().name();
        return (observation.operation() instanceof Observation.Operation.Cancelled ? "cancelled" : realtime) + platform;
    }

    RegisterStation station(String id) {
        return all(RegisterStation.class).stream()
                .filter(station -> station.stationId().value().equals(id))
                .findFirst()
                .orElseThrow();
    }

    RegisterLine line(String id) {
        return all(RegisterLine.class).stream()
                .filter(line -> line.lineId().value().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** {@code <station without feed> <planned instant>}, in order. */
    List<String> board() {
        return all(ObserveDeparture.class).stream()
                .map(d -> d.stationId().value().replaceFirst("^[^:]*:", "") + " " + d.plannedAt())
                .sorted()
                .toList();
    }
}
