package dev.varve.transit.command.departure;

import dev.varve.transit.command.departure.Observation.Crowding;
import dev.varve.transit.command.departure.Observation.Operation;
import dev.varve.transit.command.departure.Observation.Platform;
import dev.varve.transit.command.departure.Observation.Realtime;
import dev.varve.transit.events.DepartureDetails;
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
import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.Occupancy;
import dev.varve.transit.events.Remark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of a planned departure, and which facts an observation adds to it. */
final class DepartureState {

    private final DepartureId id;
    private final Instant plannedAt;
    private Known<String> destination;
    private Known<Platform> platform;
    private Known<DepartureDetails> details;
    private Known<Realtime> realtime = Known.assumed(new Realtime.None());
    private Known<Operation> operation = Known.assumed(new Operation.Runs());
    private Known<List<Remark>> remarks = Known.assumed(List.of());
    private Known<Crowding> crowding = Known.assumed(new Crowding(Occupancy.UNKNOWN, null));

    DepartureState(DeparturePlanned e) {
        id = e.departureId();
        plannedAt = e.plannedAt();
        destination = new Known<>(e.destination(), e.observedAt());
        platform = new Known<>(new Platform(e.platform(), false), e.observedAt());
        details = new Known<>(e.details(), e.observedAt());
    }

    /** The facts that an observation adds, one for each thing that it says differently; none when it brings no news. */
    List<DepartureEvent> newsIn(Observation said) {
        Instant at = said.observedAt();
        List<DepartureEvent> news = new ArrayList<>();
        realtime.newsIn(said.realtime(), at).ifPresent(now -> news.add(realtimeNews(now, at)));
        platform.newsIn(said.platform(), at)
                .ifPresent(now -> news.add(new DeparturePlatformChanged(id, now.name(), now.changed(), at)));
        operation.newsIn(withKnownReason(said.operation()), at).ifPresent(now -> news.add(operationNews(now, at)));
        remarks.newsIn(said.remarks(), at).ifPresent(now -> news.add(new DepartureRemarksChanged(id, now, at)));
        crowding.newsIn(said.crowding(), at)
                .ifPresent(now -> news.add(new DepartureOccupancyChanged(id, now.occupancy(), now.level(), at)));
        details.newsIn(withKnownDetails(said.details()), at)
                .ifPresent(now -> news.add(new DepartureDetailsChanged(id, now, at)));
        return news;
    }

    /** The fact that it goes somewhere else; an empty destination says nothing. */
    Optional<DepartureEvent> newsInDestination(String said, Instant at) {
        return destination
                .newsIn(said.isBlank() ? null : said, at)
                .map(now -> new DepartureDestinationChanged(id, now, at));
    }

    void evolve(DepartureEvent event) {
        Instant at = event.observedAt();
        switch (event) {
            case DeparturePlanned e ->
                throw new IllegalStateException("departure " + e.departureId() + " planned twice");
            case DepartureDelayed e -> realtime = new Known<>(new Realtime.Delay(e.delaySeconds()), at);
            case DepartureOnTime e -> realtime = new Known<>(new Realtime.Delay(0), at);
            case DepartureRealtimeLost e -> realtime = new Known<>(new Realtime.None(), at);
            case DeparturePlatformChanged e -> platform = new Known<>(new Platform(e.platform(), e.changed()), at);
            case DepartureDestinationChanged e -> destination = new Known<>(e.destination(), at);
            case DepartureCancelled e -> operation = new Known<>(new Operation.Cancelled(e.reason()), at);
            case DepartureReinstated e -> operation = new Known<>(new Operation.Runs(), at);
            case DepartureRemarksChanged e -> remarks = new Known<>(e.remarks(), at);
            case DepartureOccupancyChanged e ->
                crowding = new Known<>(new Crowding(e.occupancy(), e.crowdingLevel()), at);
            case DepartureDetailsChanged e -> details = new Known<>(e.details(), at);
        }
    }

    private DepartureEvent realtimeNews(Realtime now, Instant at) {
        return switch (now) {
            case Realtime.None() -> new DepartureRealtimeLost(id, at);
            case Realtime.Delay(int seconds) ->
                seconds == 0
                        ? new DepartureOnTime(id, at)
                        : new DepartureDelayed(id, seconds, plannedAt.plusSeconds(seconds), at);
        };
    }

    private DepartureEvent operationNews(Operation now, Instant at) {
        return switch (now) {
            case Operation.Runs() -> new DepartureReinstated(id, at);
            case Operation.Cancelled cancelled -> new DepartureCancelled(id, cancelled.reason(), at);
        };
    }

    /** To say again that it is cancelled, without a reason, does not take the known reason back. */
    private @Nullable Operation withKnownReason(@Nullable Operation said) {
        boolean repeated = said instanceof Operation.Cancelled cancelled
                && cancelled.reason() == null
                && operation.value() instanceof Operation.Cancelled;
        return repeated ? operation.value() : said;
    }

    private @Nullable DepartureDetails withKnownDetails(@Nullable DepartureDetails said) {
        if (said == null) {
            return null;
        }
        DepartureDetails known = details.value();
        return new DepartureDetails(
                either(said.tripId(), known.tripId()),
                either(said.tripCode(), known.tripCode()),
                either(said.direction(), known.direction()),
                either(said.headsign(), known.headsign()),
                either(said.network(), known.network()),
                either(said.trainType(), known.trainType()),
                either(said.divaId(), known.divaId()),
                either(said.replacementService(), known.replacementService()),
                either(said.stopPointId(), known.stopPointId()),
                either(said.stopPositionNumber(), known.stopPositionNumber()),
                either(said.bannerHash(), known.bannerHash()),
                either(said.transportType(), known.transportType()));
    }

    private static <T> @Nullable T either(@Nullable T said, @Nullable T known) {
        return said == null ? known : said;
    }
}
