package dev.varve.transit.command.departure;

import dev.varve.command.IdText;
import dev.varve.command.PlausibleTime;
import dev.varve.command.Rejected;
import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.command.departure.Observation.Crowding;
import dev.varve.transit.command.departure.Observation.Operation;
import dev.varve.transit.command.departure.Observation.Platform;
import dev.varve.transit.command.departure.Observation.Realtime;
import dev.varve.transit.command.line.RegisterLine;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.Occupancy;
import dev.varve.transit.events.Remark;
import dev.varve.transit.events.StationId;
import dev.varve.transit.events.TransportMode;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One departure in a request. What is absent is not said, and what is known of it stays; an empty list of remarks says
 * that there are none.
 *
 * @param realtime false: there is no real-time data; true, or absent, with a delay: there is
 * @param delaySeconds zero: as planned; negative: early
 * @param observedAt when the source said so; as the whole request where it is absent
 */
record DepartureItem(
        @NotNull @Size(max = TransitBounds.ID) @IdText String lineId,
        @NotBlank @Size(max = TransitBounds.NAME) String lineLabel,
        @NotNull TransportMode mode,
        @Size(max = TransitBounds.NAME) @Nullable String operator,
        @NotNull @Size(max = TransitBounds.NAME) String destination,
        @NotNull @PlausibleTime Instant plannedAt,
        @Nullable Boolean realtime,

        @Min(-TransitBounds.DELAY_SECONDS) @Max(TransitBounds.DELAY_SECONDS) @Nullable Integer delaySeconds,

        @Size(max = TransitBounds.PLATFORM) @Nullable String platform,
        @Nullable Boolean platformChanged,
        @Nullable Boolean cancelled,
        @Nullable String cancellationReason,
        @Nullable List<@NotNull @Valid RemarkItem> remarks,
        @Nullable Occupancy occupancy,
        @Min(0) @Max(100) @Nullable Integer crowdingLevel,
        @Size(max = TransitBounds.TRIP_ID) @Nullable String tripId,
        @Nullable Integer tripCode,
        @Nullable String direction,
        @Nullable String headsign,
        @Nullable String network,
        @Nullable String trainType,
        @Nullable String divaId,
        @Nullable Boolean replacementService,
        @Nullable String stopPointId,
        @Nullable Integer stopPositionNumber,
        @Nullable String bannerHash,
        @Nullable String transportType,
        @PlausibleTime @Nullable Instant observedAt) {

    RegisterLine line() {
        return new RegisterLine(new LineId(lineId), lineLabel, mode, operator, null, null);
    }

    ObserveDeparture observation(
            StationId stationId, String source, @Nullable IngestionRunId run, Instant requestObservedAt) {
        Observation said = new Observation(
                realtimeSaid(),
                platform == null ? null : new Platform(platform, Boolean.TRUE.equals(platformChanged)),
                operationSaid(),
                remarks == null
                        ? null
                        : remarks.stream().map(RemarkItem::remark).toList(),
                crowdingSaid(),
                details(),
                source,
                run,
                observedAt == null ? requestObservedAt : observedAt);
        return ObserveDeparture.of(stationId, new LineId(lineId), lineLabel, mode, destination, plannedAt, said);
    }

    private @Nullable Realtime realtimeSaid() {
        if (delaySeconds != null) {
            if (Boolean.FALSE.equals(realtime)) {
                throw contradiction("delaySeconds", "a delay is real-time data, but realtime is false");
            }
            return new Realtime.Delay(delaySeconds);
        }
        if (Boolean.TRUE.equals(realtime)) {
            throw contradiction("delaySeconds", "real-time data needs a delay; 0 says that it leaves as planned");
        }
        return realtime == null ? null : new Realtime.None();
    }

    private @Nullable Operation operationSaid() {
        if (cancellationReason != null && !Boolean.TRUE.equals(cancelled)) {
            throw contradiction("cancellationReason", "only a cancelled departure has a reason for it");
        }
        if (cancelled == null) {
            return null;
        }
        return cancelled ? new Operation.Cancelled(cancellationReason) : new Operation.Runs();
    }

    private @Nullable Crowding crowdingSaid() {
        if (occupancy == null && crowdingLevel == null) {
            return null;
        }
        return new Crowding(occupancy == null ? Occupancy.UNKNOWN : occupancy, crowdingLevel);
    }

    private DepartureDetails details() {
        return new DepartureDetails(
                tripId,
                tripCode,
                direction,
                headsign,
                network,
                trainType,
                divaId,
                replacementService,
                stopPointId,
                stopPositionNumber,
                bannerHash,
                transportType);
    }

    private static Rejected contradiction(String field, String detail) {
        return new Rejected("transit", "departure-contradicts-itself", field, detail);
    }

    /** A notice to passengers in a request. */
    record RemarkItem(
            @NotNull String text,
            @Nullable String kind,
            @Nullable String network) {

        Remark remark() {
            return new Remark(text, kind, network);
        }
    }
}
