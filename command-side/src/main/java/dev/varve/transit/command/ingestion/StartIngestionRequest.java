package dev.varve.transit.command.ingestion;

import dev.varve.command.IdText;
import dev.varve.command.PlausibleTime;
import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.IngestionSource;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request to start an ingestion run.
 *
 * @param ingestionRunId one is drawn where it is absent
 * @param startedAt now where it is absent
 */
record StartIngestionRequest(
        @Size(max = TransitBounds.ID) @IdText @Nullable String ingestionRunId,
        @NotBlank @Size(max = TransitBounds.JOB_NAME) String jobName,
        @NotNull IngestionSource source,
        @Nullable Map<String, @NotNull String> context,
        @PlausibleTime @Nullable Instant startedAt) {

    StartIngestion command(String drawnId, Instant now) {
        return new StartIngestion(
                new IngestionRunId(ingestionRunId == null ? drawnId : ingestionRunId),
                jobName,
                source,
                context == null ? Map.of() : context,
                startedAt == null ? now : startedAt);
    }
}
