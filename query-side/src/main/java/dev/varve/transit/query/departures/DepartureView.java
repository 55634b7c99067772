package dev.varve.transit.query.departures;

import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.Occupancy;
import dev.varve.transit.events.Remark;
import dev.varve.transit.events.TransportMode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A departure as a passenger sees it now.
 *
 * @param expectedAt planned time plus delay; null without real-time data
 * @param delaySeconds null without real-time data, negative when it leaves early
 * @param realtime whether there is real-time data
 * @param status {@code on_time}, {@code delayed}, {@code cancelled} or {@code unknown}
 */
record DepartureView(
        String id,
        String stationId,
        String lineId,
        String lineLabel,
        TransportMode mode,
        String destination,
        Instant plannedAt,
        @Nullable Instant expectedAt,
        @Nullable Integer delaySeconds,
        boolean realtime,
        String status,
        boolean cancelled,
        @Nullable String cancellationReason,
        @Nullable String platform,
        boolean platformChanged,
        List<Remark> remarks,
        Occupancy occupancy,
        @Nullable Integer crowdingLevel,
        DepartureDetails details,
        String source,
        @Nullable String ingestionRunId,
        Instant observedAt,
        long version,
        long position) {

    DepartureView {
        remarks = List.copyOf(remarks);
    }
}
