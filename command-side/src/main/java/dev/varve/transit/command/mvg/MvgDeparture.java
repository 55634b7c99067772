package dev.varve.transit.command.mvg;

import dev.varve.transit.events.Occupancy;
import dev.varve.transit.events.Remark;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One departure as MVG's {@code /departures} tells it. Null: MVG did not say.
 *
 * @param delayMinutes MVG leaves it out when there is no real-time data
 * @param transportType MVG's name, known to {@link MvgTransportType} or not
 * @param messages texts without a kind
 * @param infos texts with kind and network
 */
record MvgDeparture(
        Instant plannedAt,
        boolean realtime,
        @Nullable Integer delayMinutes,
        @Nullable Instant realtimeAt,
        String transportType,
        String label,
        @Nullable String divaId,
        @Nullable String network,
        @Nullable String trainType,
        String destination,
        boolean cancelled,
        @Nullable Boolean replacementService,
        @Nullable String platform,
        boolean platformChanged,
        @Nullable Integer stopPositionNumber,
        List<String> messages,
        List<Remark> infos,
        @Nullable String bannerHash,
        Occupancy occupancy,
        @Nullable String stationId,
        @Nullable String stopPointId,
        @Nullable String lineId,
        @Nullable String tripId,
        @Nullable Integer tripCode) {

    MvgDeparture {
        messages = List.copyOf(messages);
        infos = List.copyOf(infos);
    }

    static MvgDeparture read(JsonItem item) {
        return new MvgDeparture(
                item.epochMillis("plannedDepartureTime"),
                item.flag("realtime"),
                item.optionalInt("delayInMinutes"),
                item.optionalEpochMillis("realtimeDepartureTime"),
                item.text("transportType"),
                item.text("label"),
                item.optionalText("divaId"),
                item.optionalText("network"),
                item.optionalText("trainType"),
                item.text("destination"),
                item.flag("cancelled"),
                item.optionalFlag("sev"),
                item.textOrNull("platform"),
                item.flag("platformChanged"),
                item.optionalInt("stopPositionNumber"),
                item.texts("messages"),
                item.items("infos").stream().map(MvgDeparture::readInfo).toList(),
                item.optionalText("bannerHash"),
                readOccupancy(item.textOrNull("occupancy")),
                item.textOrNull("stationGlobalId"),
                item.optionalText("stopPointGlobalId"),
                item.textOrNull("lineId"),
                item.textOrNull("tripId"),
                item.optionalInt("tripCode"));
    }

    /** Seconds between plan and expectation, to the second where MVG gives the time; null without real-time data. */
    @Nullable Integer delaySeconds() {
        if (!realtime) {
            return null;
        }
        if (realtimeAt != null) {
            return Math.toIntExact(Duration.between(plannedAt, realtimeAt).toSeconds());
        }
        return delayMinutes == null ? 0 : Math.multiplyExact(delayMinutes, 60);
    }

    private static Remark readInfo(JsonItem info) {
        return new Remark(info.text("message"), info.textOrNull("type"), info.textOrNull("network"));
    }

    /** A word that MVG may add one day says no more than UNKNOWN does. */
    private static Occupancy readOccupancy(@Nullable String name) {
        return Arrays.stream(Occupancy.values())
                .filter(occupancy -> occupancy.name().equals(name))
                .findFirst()
                .orElse(Occupancy.UNKNOWN);
    }
}
