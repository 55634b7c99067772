package dev.varve.transit.command.ingestion;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.IngestionRunId;
import java.time.Instant;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** Take up again a run that failed, or that was cut off while it ran. Rejected when it succeeded. */
public record RetryIngestion(IngestionRunId ingestionRunId, Instant retriedAt) {

    public RetryIngestion {
        BOUNDS.time("retriedAt", retriedAt);
    }

    @TargetAggregateIdentifier
    public String stream() {
        return TransitStreams.of(ingestionRunId);
    }
}
