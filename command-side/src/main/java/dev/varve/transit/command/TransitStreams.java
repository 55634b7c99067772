package dev.varve.transit.command;

import dev.varve.transit.events.DepartureId;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.LineId;
import dev.varve.transit.events.RouteSnapshotId;
import dev.varve.transit.events.StationId;

/**
 * How transit's streams are named in the log.
 *
 * <p>An id alone will not do: the log knows streams by name over all types and contexts, and feeds give a stop and a
 * line the same id.
 */
public final class TransitStreams {

    private TransitStreams() {}

    public static String of(StationId id) {
        return "transit.station/" + id.value();
    }

    public static String of(LineId id) {
        return "transit.line/" + id.value();
    }

    public static String of(DepartureId id) {
        return "transit.departure/" + id.value();
    }

    public static String of(RouteSnapshotId id) {
        return "transit.route-snapshot/" + id.value();
    }

    public static String of(IngestionRunId id) {
        return "transit.ingestion-run/" + id.value();
    }
}
