package dev.varve.transit.events;

import dev.varve.events.EventType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to one departure. Each change that a passenger would notice is a fact of its own; an observation that
 * changes nothing is none.
 *
 * <p>{@code observedAt} is when the source said so, which may be long before the event is recorded.
 */
public sealed interface DepartureEvent extends TransitEvent {

    DepartureId departureId();

    Instant observedAt();

    /**
     * A departure became known, with what does not change while it is the same departure.
     *
     * @param lineLabel the line's label when it was planned, so that a board needs no second look-up
     * @param source where it was seen first, for example {@code mvg}, {@code gtfs} or {@code api}
     * @param ingestionRunId the run that brought it, if one did
     */
    @EventType("transit.departure-planned")
    record DeparturePlanned(
            DepartureId departureId,
            StationId stationId,
            LineId lineId,
            String lineLabel,
            TransportMode mode,
            String destination,
            Instant plannedAt,
            @Nullable String platform,
            DepartureDetails details,
            String source,
            @Nullable IngestionRunId ingestionRunId,
            Instant observedAt)
            implements DepartureEvent {}

    /**
     * It is expected at another time than planned.
     *
     * @param delaySeconds never zero; negative when it leaves early
     * @param expectedAt planned time plus delay
     */
    @EventType("transit.departure-delayed")
    record DepartureDelayed(DepartureId departureId, int delaySeconds, Instant expectedAt, Instant observedAt)
            implements DepartureEvent {}

    /** Real-time data says that it leaves as planned. */
    @EventType("transit.departure-on-time")
    record DepartureOnTime(DepartureId departureId, Instant observedAt) implements DepartureEvent {}

    /** There was real-time data and there is none any more. */
    @EventType("transit.departure-realtime-lost")
    record DepartureRealtimeLost(DepartureId departureId, Instant observedAt) implements DepartureEvent {}

    /**
     * It leaves from another platform, or its platform became known or unknown.
     *
     * @param platform null: not known any more
     * @param changed whether the source itself calls it a change of platform
     */
    @EventType("transit.departure-platform-changed")
    record DeparturePlatformChanged(
            DepartureId departureId, @Nullable String platform, boolean changed, Instant observedAt)
            implements DepartureEvent {}

    /** It goes somewhere else than said before. */
    @EventType("transit.departure-destination-changed")
    record DepartureDestinationChanged(DepartureId departureId, String destination, Instant observedAt)
            implements DepartureEvent {}

    @EventType("transit.departure-cancelled")
    record DepartureCancelled(
            DepartureId departureId, @Nullable String reason, Instant observedAt) implements DepartureEvent {}

    /** A cancelled departure runs after all. */
    @EventType("transit.departure-reinstated")
    record DepartureReinstated(DepartureId departureId, Instant observedAt) implements DepartureEvent {}

    /** The notices to passengers are these now; an empty list withdraws them all. */
    @EventType("transit.departure-remarks-changed")
    record DepartureRemarksChanged(DepartureId departureId, List<Remark> remarks, Instant observedAt)
            implements DepartureEvent {
        public DepartureRemarksChanged {
            remarks = List.copyOf(remarks);
        }
    }

    /**
     * It is more or less full than said before.
     *
     * @param crowdingLevel 0 to 100, where the source gives a number
     */
    @EventType("transit.departure-occupancy-changed")
    record DepartureOccupancyChanged(
            DepartureId departureId,
            Occupancy occupancy,
            @Nullable Integer crowdingLevel,
            Instant observedAt) implements DepartureEvent {}

    /** What the source says beside time, place and state is this now. */
    @EventType("transit.departure-details-changed")
    record DepartureDetailsChanged(DepartureId departureId, DepartureDetails details, Instant observedAt)
            implements DepartureEvent {}
}
