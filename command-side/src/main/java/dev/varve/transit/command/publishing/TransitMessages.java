package dev.varve.transit.command.publishing;

import dev.varve.outbox.contract.PublicMessage;
import dev.varve.outbox.contract.PublishedEvents;
import dev.varve.transit.events.DepartureEvent;
import dev.varve.transit.events.DepartureEvent.DepartureCancelled;
import dev.varve.transit.events.DepartureEvent.DepartureDelayed;
import dev.varve.transit.events.DepartureEvent.DepartureDestinationChanged;
import dev.varve.transit.events.DepartureEvent.DepartureDetailsChanged;
import dev.varve.transit.events.DepartureEvent.DepartureOccupancyChanged;
import dev.varve.transit.events.DepartureEvent.DepartureOnTime;
import dev.varve.transit.events.DepartureEvent.DeparturePlanned;
import dev.varve.transit.events.DepartureEvent.DeparturePlatformChanged;
import dev.varve.transit.events.DepartureEvent.DepartureRealtimeLost;
import dev.varve.transit.events.DepartureEvent.DepartureReinstated;
import dev.varve.transit.events.DepartureEvent.DepartureRemarksChanged;
import dev.varve.transit.events.IngestionEvent;
import dev.varve.transit.events.LineEvent;
import dev.varve.transit.events.RouteSnapshotEvent;
import dev.varve.transit.events.StationEvent;
import dev.varve.transit.events.TransitEvent;
import dev.varve.transit.messages.DepartureMessage;
import java.util.List;
import org.springframework.stereotype.Component;

/** What transit tells others of its events: departures as passengers notice them, and nothing of how we learned it. */
@Component
final class TransitMessages implements PublishedEvents<TransitEvent> {

    @Override
    public Class<TransitEvent> events() {
        return TransitEvent.class;
    }

    @Override
    public List<PublicMessage> messages(TransitEvent event) {
        return switch (event) {
            case DepartureEvent departure -> messages(departure);
            case StationEvent ignored -> List.of();
            case LineEvent ignored -> List.of();
            case RouteSnapshotEvent ignored -> List.of();
            case IngestionEvent ignored -> List.of();
        };
    }

    private static List<PublicMessage> messages(DepartureEvent departure) {
        String id = departure.departureId().value();
        return switch (departure) {
            case DeparturePlanned planned ->
                of(new DepartureMessage.DeparturePlanned(
                        id,
                        planned.stationId().value(),
                        planned.lineId().value(),
                        planned.lineLabel(),
                        planned.mode().name(),
                        planned.destination(),
                        planned.plannedAt(),
                        planned.platform(),
                        planned.observedAt()));
            case DepartureDelayed delayed ->
                of(new DepartureMessage.DepartureDelayed(
                        id, delayed.delaySeconds(), delayed.expectedAt(), delayed.observedAt()));
            case DepartureOnTime onTime -> of(new DepartureMessage.DepartureOnTime(id, onTime.observedAt()));
            case DeparturePlatformChanged changed ->
                of(new DepartureMessage.DeparturePlatformChanged(id, changed.platform(), changed.observedAt()));
            case DepartureCancelled cancelled ->
                of(new DepartureMessage.DepartureCancelled(id, cancelled.reason(), cancelled.observedAt()));
            case DepartureReinstated reinstated ->
                of(new DepartureMessage.DepartureReinstated(id, reinstated.observedAt()));
            case DepartureRealtimeLost ignored -> List.of();
            case DepartureDestinationChanged ignored -> List.of();
            case DepartureRemarksChanged ignored -> List.of();
            case DepartureOccupancyChanged ignored -> List.of();
            case DepartureDetailsChanged ignored -> List.of();
        };
    }

    private static List<PublicMessage> of(DepartureMessage message) {
        return List.of(new PublicMessage(message.departureId(), message));
    }
}
