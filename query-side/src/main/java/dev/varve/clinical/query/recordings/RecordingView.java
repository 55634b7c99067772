package dev.varve.clinical.query.recordings;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A recording as it is; the predecessor's fields first, under its names. What is not known is null.
 *
 * @param patient the patient's pseudonym, which names their timeline
 * @param erased whether the patient was erased; everything personal is null then
 */
@JsonNaming(SnakeCaseStrategy.class)
record RecordingView(
        UUID id,
        @Nullable String patientId,
        String clinicianId,
        @Nullable Integer durationSeconds,
        String status,
        Instant createdAt,
        @Nullable String audioFilePath,
        @Nullable Long audioFileSize,
        @Nullable String errorMessage,
        int retryCount,
        Instant updatedAt,
        @Nullable Instant uploadedAt,
        @Nullable Instant processedAt,
        @Nullable String transcript,
        @Nullable VerificationView verificationResults,
        @Nullable String draftTranscript,
        @Nullable String finalTranscript,
        @Nullable String localStorageKey,
        int uploadAttempts,
        String whisperModel,
        @Nullable Instant transcriptionStartedAt,
        @Nullable Instant transcriptionCompletedAt,
        @Nullable Object fhirBundle,
        @Nullable String llmModel,
        @Nullable Instant extractionStartedAt,
        @Nullable Instant extractionCompletedAt,
        @Nullable Double verificationScore,
        @Nullable Instant verifiedAt,
        @Nullable String failure,
        @Nullable String audioContentId,
        @Nullable String audioMediaType,
        String patient,
        boolean erased,
        boolean imported,
        long version,
        long position) {

    /** What the checks found; issues and messages of alerts are null for an erased patient. */
    @JsonNaming(SnakeCaseStrategy.class)
    record VerificationView(
            boolean passed,
            double score,
            List<@Nullable String> issues,
            List<String> checksPerformed,
            List<AlertView> alerts) {}

    /** A guardrail that the note touched. */
    @JsonNaming(SnakeCaseStrategy.class)
    record AlertView(
            String ruleId,
            @Nullable String message,
            String severity,
            @Nullable String field) {}
}
