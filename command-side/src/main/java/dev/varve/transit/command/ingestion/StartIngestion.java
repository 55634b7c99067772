package dev.varve.transit.command.ingestion;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.IngestionSource;
import java.time.Instant;
import java.util.Map;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Begin an ingestion run. Answers with a {@link dev.varve.command.Outcome}; the same start again, while the run has
 * only begun, writes nothing; any other start of a known run is rejected.
 *
 * @param context what the run was asked to do, for people
 */
public record StartIngestion(
        IngestionRunId ingestionRunId,
        String jobName,
        IngestionSource source,
        Map<String, String> context,
        Instant startedAt) {

    public StartIngestion {
        BOUNDS.id("ingestionRunId", ingestionRunId.value(), TransitBounds.ID);
        BOUNDS.name("jobName", jobName, TransitBounds.JOB_NAME);
        context = Map.copyOf(context);
        context.forEach((name, value) -> {
            BOUNDS.id("context", name, TransitBounds.NAME);
            BOUNDS.text("context." + name, value);
        });
        BOUNDS.time("startedAt", startedAt);
    }

    @TargetAggregateIdentifier
    public String stream() {
        return TransitStreams.of(ingestionRunId);
    }
}
