package dev.varve.transit.command.ingestion;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRejection;
import dev.varve.transit.events.IngestionRunId;
import java.time.Instant;
import java.util.List;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * A run read its source to the end. Rejected unless it is running.
 *
 * @param rejections the first of the rejected rows; the counts count them all
 */
public record CompleteIngestion(
        IngestionRunId ingestionRunId,
        IngestionCounts counts,
        List<IngestionRejection> rejections,
        @Nullable String notes,
        Instant completedAt) {

    public CompleteIngestion {
        rejections = List.copyOf(rejections);
        IngestionBounds.check(counts, rejections);
        BOUNDS.text("notes", notes);
        BOUNDS.time("completedAt", completedAt);
    }

    @TargetAggregateIdentifier
    public String stream() {
        return TransitStreams.of(ingestionRunId);
    }
}
