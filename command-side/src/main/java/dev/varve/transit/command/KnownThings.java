package dev.varve.transit.command;

import dev.varve.command.KnownStreams;
import dev.varve.command.Rejected;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.StationId;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Rejects requests that name a station or an ingestion run that nobody has registered. */
@Component
public final class KnownThings {

    private final KnownStreams streams;

    KnownThings(KnownStreams streams) {
        this.streams = streams;
    }

    public void mustKnow(String field, StationId id) {
        if (!streams.contains(TransitStreams.of(id))) {
            throw new Rejected("transit", "station-unknown", field, "station " + id + " is not registered");
        }
    }

    /** Accepts null: no run. */
    public void mustKnow(String field, @Nullable IngestionRunId id) {
        if (id != null && !streams.contains(TransitStreams.of(id))) {
            throw new Rejected("transit", "ingestion-run-unknown", field, "ingestion run " + id + " was not started");
        }
    }
}
