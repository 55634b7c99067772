package dev.varve.transit.command.departure;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.Remark;
import java.util.List;

/** The bounds of the parts of an observation that are facts already, and cannot check themselves. */
final class ObservationBounds {

    private ObservationBounds() {}

    static void checkRemarks(List<Remark> remarks) {
        for (int i = 0; i < remarks.size(); i++) {
            Remark remark = remarks.get(i);
            String field = "remarks[" + i + "]";
            BOUNDS.text(field + ".text", remark.text());
            BOUNDS.text(field + ".kind", remark.kind(), TransitBounds.NAME);
            BOUNDS.text(field + ".network", remark.network(), TransitBounds.NAME);
        }
    }

    static void checkDetails(DepartureDetails details) {
        BOUNDS.text("tripId", details.tripId(), TransitBounds.TRIP_ID);
        BOUNDS.text("direction", details.direction(), TransitBounds.NAME);
        BOUNDS.text("headsign", details.headsign(), TransitBounds.NAME);
        BOUNDS.text("network", details.network(), TransitBounds.NAME);
        BOUNDS.text("trainType", details.trainType(), TransitBounds.NAME);
        BOUNDS.text("divaId", details.divaId(), TransitBounds.NAME);
        BOUNDS.text("stopPointId", details.stopPointId(), TransitBounds.NAME);
        BOUNDS.text("bannerHash", details.bannerHash(), TransitBounds.NAME);
        BOUNDS.text("transportType", details.transportType(), TransitBounds.NAME);
    }
}
