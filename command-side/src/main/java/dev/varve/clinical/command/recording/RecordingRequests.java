package dev.varve.clinical.command.recording;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bodies of requests. Everything may be absent here; what must be there, and how much it may be, is refused where the
 * commands are made, under the names of the API.
 */
final class RecordingRequests {

    private RecordingRequests() {}

    /** A consultation to be recorded. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Create(
            @Nullable String patientId,
            @Nullable Integer durationSeconds,
            @Nullable String audioFilePath) {}

    /** A step that needs no more than a reason. */
    record Step(@Nullable String note) {
        static final Step SILENT = new Step(null);
    }

    /** The start of processing. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Start(@Nullable String whisperModel, @Nullable String note) {
        static final Start SILENT = new Start(null, null);
    }

    /** A transcription. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Transcription(
            @Nullable String transcript,
            @Nullable String finalTranscript,
            @Nullable String whisperModel,
            @Nullable Instant startedAt,
            @Nullable Instant completedAt,
            @Nullable String note) {}

    /** A note made of a transcript. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Extraction(
            @Nullable ObjectNode fhirBundle,
            @Nullable String llmModel,
            @Nullable Instant startedAt,
            @Nullable Instant completedAt,
            @Nullable String note) {}

    /** What the checks found, in the predecessor's shape, and the alerts of its guardrails. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Verification(
            @Nullable Boolean passed,
            @Nullable Double score,
            @Nullable List<@Nullable String> issues,
            @Nullable List<@Nullable String> checksPerformed,
            @Nullable List<@Nullable Alert> alerts,
            @Nullable String note) {}

    /**
     * A guardrail that was touched.
     *
     * @param severity low, medium, high or critical
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Alert(
            @Nullable String ruleId,
            @Nullable String message,
            @Nullable String severity,
            @Nullable String field) {}

    /** A failure of processing. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Failure(@Nullable String errorMessage, @Nullable String note) {
        static final Failure SILENT = new Failure(null, null);
    }
}
