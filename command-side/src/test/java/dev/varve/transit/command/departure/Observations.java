package dev.varve.transit.command.departure;

import dev.varve.transit.command.departure.Observation.Crowding;
import dev.varve.transit.command.departure.Observation.Operation;
import dev.varve.transit.command.departure.Observation.Platform;
import dev.varve.transit.command.departure.Observation.Realtime;
import dev.varve.transit.events.DepartureDetails;
import dev.varve.transit.events.Remark;
import java.time.Instant;
import java.util.List;

/** Observations that say one thing each. */
final class Observations {

    static final Instant AT = Instant.parse("2026-05-20T11:00:00Z");

    private Observations() {}

    static Observation silent(Instant at) {
        return new Observation(null, null, null, null, null, null, "api", null, at);
    }

    static Observation of(Realtime realtime, Instant at) {
        return new Observation(realtime, null, null, null, null, null, "api", null, at);
    }

    static Observation of(Platform platform, Instant at) {
        return new Observation(null, platform, null, null, null, null, "api", null, at);
    }

    static Observation of(Operation operation, Instant at) {
        return new Observation(null, null, operation, null, null, null, "api", null, at);
    }

    static Observation of(List<Remark> remarks, Instant at) {
        return new Observation(null, null, null, remarks, null, null, "api", null, at);
    }

    static Observation of(Crowding crowding, Instant at) {
        return new Observation(null, null, null, null, crowding, null, "api", null, at);
    }

    static Observation of(DepartureDetails details, Instant at) {
        return new Observation(null, null, null, null, null, details, "api", null, at);
    }

    static DepartureDetails trip(String tripId, String network) {
        return new DepartureDetails(tripId, null, null, null, network, null, null, null, null, null, null, null);
    }
}
