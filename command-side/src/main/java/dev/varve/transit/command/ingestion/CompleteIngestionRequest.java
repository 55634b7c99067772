package dev.varve.transit.command.ingestion;

import dev.varve.command.PlausibleTime;
import dev.varve.command.Rejected;
import dev.varve.transit.events.IngestionCounts;
import dev.varve.transit.events.IngestionRejection;
import dev.varve.transit.events.IngestionRunId;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request to end an ingestion run.
 *
 * @param notes for a run that failed: why
 * @param completedAt now where it is absent
 */
record CompleteIngestionRequest(
        @NotNull End status,
        @NotNull IngestionCounts counts,
        @Nullable List<@NotNull IngestionRejection> rejections,
        @Nullable String notes,
        @PlausibleTime @Nullable Instant completedAt) {

    /** How a run can end. */
    enum End {
        SUCCESS,
        FAILED
    }

    /** A {@link CompleteIngestion} or a {@link FailIngestion}. */
    Object command(IngestionRunId id, Instant now) {
        List<IngestionRejection> rejected = rejections == null ? List.of() : rejections;
        Instant at = completedAt == null ? now : completedAt;
        return switch (status) {
            case SUCCESS -> new CompleteIngestion(id, counts, rejected, notes, at);
            case FAILED -> new FailIngestion(id, counts, rejected, reason(), at);
        };
    }

    private String reason() {
        if (notes == null || notes.isBlank()) {
            throw new Rejected("transit", "failure-without-reason", "notes", "a failed run needs notes that say why");
        }
        return notes;
    }
}
