package dev.varve.transit.events;

import dev.varve.events.EventType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happens to an ingestion run: RUNNING, then SUCCESS or FAILED; RETRYING in between where it is tried again. */
public sealed interface IngestionEvent extends TransitEvent {

    IngestionRunId ingestionRunId();

    /**
     * A run began to read its source.
     *
     * @param context what the run was asked to do, for people
     */
    @EventType("transit.ingestion-started")
    record IngestionStarted(
            IngestionRunId ingestionRunId,
            String jobName,
            IngestionSource source,
            Map<String, String> context,
            Instant startedAt)
            implements IngestionEvent {
        public IngestionStarted {
            context = Map.copyOf(context);
        }
    }

    /** A run that failed or was cut off is taken up again. */
    @EventType("transit.ingestion-retried")
    record IngestionRetried(IngestionRunId ingestionRunId, Instant retriedAt) implements IngestionEvent {}

    /**
     * A run read its source to the end.
     *
     * @param rejections the first of the rejected rows; {@link IngestionCounts#rejected()} counts them all
     */
    @EventType("transit.ingestion-succeeded")
    record IngestionSucceeded(
            IngestionRunId ingestionRunId,
            IngestionCounts counts,
            List<IngestionRejection> rejections,
            @Nullable String notes,
            Instant completedAt)
            implements IngestionEvent {
        public IngestionSucceeded {
            rejections = List.copyOf(rejections);
        }
    }

    /**
     * A run ended before the end of its source.
     *
     * @param reason why, in words for an operator
     */
    @EventType("transit.ingestion-failed")
    record IngestionFailed(
            IngestionRunId ingestionRunId,
            IngestionCounts counts,
            List<IngestionRejection> rejections,
            String reason,
            Instant completedAt)
            implements IngestionEvent {
        public IngestionFailed {
            rejections = List.copyOf(rejections);
        }
    }
}
