package dev.varve.transit.command.ingestion;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRejection;
import java.util.List;

/** The bounds of what a run says at its end. */
final class IngestionBounds {

    private IngestionBounds() {}

    static void check(IngestionCounts counts, List<IngestionRejection> rejections) {
        BOUNDS.between("counts.read", counts.read(), 0, Long.MAX_VALUE);
        BOUNDS.between("counts.recorded", counts.recorded(), 0, counts.read());
        BOUNDS.between("counts.unchanged", counts.unchanged(), 0, counts.read());
        BOUNDS.between("counts.rejected", counts.rejected(), 0, counts.read());
        if (counts.read() - counts.recorded() - counts.unchanged() != counts.rejected()) {
            throw BOUNDS.rejected("counts", "must satisfy read = recorded + unchanged + rejected, were " + counts);
        }
        for (int i = 0; i < rejections.size(); i++) {
            BOUNDS.text("rejections[" + i + "].file", rejections.get(i).file());
            BOUNDS.text("rejections[" + i + "].reason", rejections.get(i).reason());
        }
    }
}
