package dev.varve.transit.command.ingestion;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRejection;
import dev.varve.transit.events.IngestionRunId;
import java.time.Instant;
import java.util.List;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * A run ended before the end of its source. Rejected unless it is running.
 *
 * @param counts as far as it came
 * @param reason why, in words for an operator
 */
public record FailIngestion(
        IngestionRunId ingestionRunId,
        IngestionCounts counts,
        List<IngestionRejection> rejections,
        String reason,
        Instant completedAt) {

    public FailIngestion {
        rejections = List.copyOf(rejections);
        IngestionBounds.check(counts, rejections);
        BOUNDS.name("reason", reason, Integer.MAX_VALUE);
        BOUNDS.time("completedAt", completedAt);
    }

    @TargetAggregateIdentifier
    public String stream() {
        return TransitStreams.of(ingestionRunId);
    }
}
