package dev.varve.transit.command.ingestion;

import static dev.varve.transit.command.TransitBounds.BOUNDS;

import dev.varve.transit.command.TransitBounds;
import dev.varve.transit.command.TransitStreams;
import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRunId;
import dev.varve.transit.events.IngestionSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Take over a run that another system kept, as that system knows it. Answers with a {@link dev.varve.command.Outcome};
 * what is known already writes nothing, and a run that has ended here stays as it ended.
 *
 * @param recorded how many rows it says that it recorded
 * @param notes for a run that failed: why
 * @param completedAt null exactly while it is under way
 */
public record TakeOverIngestion(
        IngestionRunId ingestionRunId,
        String jobName,
        IngestionSource source,
        Map<String, String> context,
        Status status,
        long recorded,
        @Nullable String notes,
        Instant startedAt,
        @Nullable Instant completedAt) {

    /** How far the other system says it has come. */
    public enum Status {
        RUNNING,
        RETRYING,
        SUCCESS,
        FAILED
    }

    public TakeOverIngestion {
        context = Map.copyOf(context);
        BOUNDS.between("recorded", recorded, 0, Long.MAX_VALUE);
        BOUNDS.text("notes", notes);
        BOUNDS.id("ingestionRunId", ingestionRunId.value(), TransitBounds.ID);
        BOUNDS.name("jobName", jobName, TransitBounds.JOB_NAME);
        context.forEach((name, value) -> {
            BOUNDS.id("context", name, TransitBounds.NAME);
            BOUNDS.text("context." + name, value);
        });
        BOUNDS.time("startedAt", startedAt);
        if (completedAt != null) {
            BOUNDS.time("completedAt", completedAt);
        }
        boolean ended = status == Status.SUCCESS || status == Status.FAILED;
        if (ended != (completedAt != null)) {
            throw BOUNDS.rejected("completedAt", "must be there exactly when the run has ended");
        }
    }

    StartIngestion start() {
        return new StartIngestion(ingestionRunId, jobName, source, context, startedAt);
    }

    /** The end that it says it came to: a {@link CompleteIngestion} or a {@link FailIngestion}; null while under way. */
    @Nullable Object end() {
        if (completedAt == null) {
            return null;
        }
        IngestionCounts counts = new IngestionCounts(recorded, recorded, 0, 0);
        return status == Status.SUCCESS
                ? new CompleteIngestion(ingestionRunId, counts, List.of(), notes, completedAt)
                : new FailIngestion(
                        ingestionRunId,
                        counts,
                        List.of(),
                        notes == null || notes.isBlank() ? "no reason was recorded" : notes,
                        completedAt);
    }

    @TargetAggregateIdentifier
    public String stream() {
        return TransitStreams.of(ingestionRunId);
    }
}
