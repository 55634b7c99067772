package dev.varve.transit.messages;

import dev.varve.events.MessageType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What others learn of a departure. The key is the departure's id, so its messages come in order.
 *
 * <p>{@code observedAt} is when the source said so.
 */
public sealed interface DepartureMessage {

    String departureId();

    /**
     * A departure became known.
     *
     * @param line the line's label as passengers know it
     * @param mode means of transport
     */
    @MessageType(
            value = "dev.varve.transit.departure-planned.v1",
            topic = "transit.departure",
            description = "A departure became known.")
    record DeparturePlanned(
            String departureId,
            String stationId,
            String lineId,
            String line,
            String mode,
            String destination,
            Instant plannedAt,
            @Nullable String platform,
            Instant observedAt)
            implements DepartureMessage {}

    /**
     * A departure is expected at another time than planned.
     *
     * @param delaySeconds never zero; negative when it leaves early
     */
    @MessageType(
            value = "dev.varve.transit.departure-delayed.v1",
            topic = "transit.departure",
            description = "A departure is expected at another time than planned.")
    record DepartureDelayed(String departureId, int delaySeconds, Instant expectedAt, Instant observedAt)
            implements DepartureMessage {}

    @MessageType(
            value = "dev.varve.transit.departure-on-time.v1",
            topic = "transit.departure",
            description = "A departure is known to leave as planned.")
    record DepartureOnTime(String departureId, Instant observedAt) implements DepartureMessage {}

    /**
     * A departure leaves from another platform.
     *
     * @param platform absent: not known any more
     */
    @MessageType(
            value = "dev.varve.transit.departure-platform-changed.v1",
            topic = "transit.departure",
            description = "A departure leaves from another platform, or its platform became known or unknown.")
    record DeparturePlatformChanged(
            String departureId, @Nullable String platform, Instant observedAt) implements DepartureMessage {}

    @MessageType(
            value = "dev.varve.transit.departure-cancelled.v1",
            topic = "transit.departure",
            description = "A departure does not run.")
    record DepartureCancelled(String departureId, @Nullable String reason, Instant observedAt)
            implements DepartureMessage {}

    @MessageType(
            value = "dev.varve.transit.departure-reinstated.v1",
            topic = "transit.departure",
            description = "A cancelled departure runs after all.")
    record DepartureReinstated(String departureId, Instant observedAt) implements DepartureMessage {}
}
