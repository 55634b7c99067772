package dev.varve.transit.command.departure;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.Occupancy;
import dev.varve.transit.events.Remark;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one source says of one departure at one moment.
 *
 * <p>Null always means: the source does not speak of it, so what another source said stays. A timetable is silent about
 * delays and cancellations; a real-time feed is silent about almost everything else. To say that there is nothing
 * (no real-time data, no platform, no remarks) is to say something, and has a value of its own.
 *
 * @param details within them, too, null means that the source does not say
 * @param source where it was seen, for example {@code mvg}, {@code gtfs} or {@code api}
 * @param ingestionRunId the run that brings it, if one does
 * @param observedAt when the source said so
 */
public record Observation(
        @Nullable Realtime realtime,
        @Nullable Platform platform,
        @Nullable Operation operation,
        @Nullable List<Remark> remarks,
        @Nullable Crowding crowding,
        @Nullable DepartureDetails details,
        String source,
        @Nullable IngestionRunId ingestionRunId,
        Instant observedAt) {

    public Observation {
        remarks = remarks == null ? null : List.copyOf(remarks);
        if (remarks != null) {
            ObservationBounds.checkRemarks(remarks);
        }
        if (details != null) {
            ObservationBounds.checkDetails(details);
        }
        BOUNDS.id("source", source, TransitBounds.SOURCE);
        if (ingestionRunId != null) {
            BOUNDS.id("ingestionRunId", ingestionRunId.value(), TransitBounds.ID);
        }
        BOUNDS.time("observedAt", observedAt);
    }

    /** What real-time data says. */
    public sealed interface Realtime {

        /** There is none. */
        record None() implements Realtime {}

        /**
         * It leaves this much later than planned.
         *
         * @param seconds zero: as planned; negative: early
         */
        record Delay(int seconds) implements Realtime {
            public Delay {
                BOUNDS.between("delaySeconds", seconds, -TransitBounds.DELAY_SECONDS, TransitBounds.DELAY_SECONDS);
            }
        }
    }

    /** Whether it runs. */
    public sealed interface Operation {

        record Runs() implements Operation {}

        record Cancelled(@Nullable String reason) implements Operation {
            public Cancelled {
                BOUNDS.text("cancellationReason", reason);
            }
        }
    }

    /**
     * Where it leaves from.
     *
     * @param name null: no platform is known
     * @param changed whether the source itself calls it a change of platform
     */
    public record Platform(@Nullable String name, boolean changed) {
        public Platform {
            BOUNDS.text("platform", name, TransitBounds.PLATFORM);
        }
    }

    /**
     * How full it is.
     *
     * @param level 0 to 100, where the source gives a number
     */
    public record Crowding(Occupancy occupancy, @Nullable Integer level) {
        public Crowding {
            if (level != null) {
                BOUNDS.between("crowdingLevel", (long) level, 0, 100);
            }
        }
    }
}
