package dev.varve.clinical.command.recording;

import dev.varve.clinical.events.VerificationResults;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/** A recording as the log has it at some moment, with the fields under which the query side shows it as it is. */
@JsonNaming(SnakeCaseStrategy.class)
public record RecordingAnswer(
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
        @Nullable VerificationAnswer verificationResults,
        @Nullable String draftTranscript,
        @Nullable String finalTranscript,
        @Nullable String localStorageKey,
        int uploadAttempts,
        String whisperModel,
        @Nullable Instant transcriptionStartedAt,
        @Nullable Instant transcriptionCompletedAt,
        @Nullable JsonNode fhirBundle,
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
        long version) {

    /** What the checks found; issues and messages of alerts are null for an erased patient. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record VerificationAnswer(
            boolean passed,
            double score,
            List<@Nullable String> issues,
            List<String> checksPerformed,
            List<AlertAnswer> alerts) {}

    /** A guardrail that the note touched. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record AlertAnswer(
            String ruleId,
            @Nullable String message,
            String severity,
            @Nullable String field) {}

    /** The state with its texts opened; those of an erased patient are null. */
    public static RecordingAnswer of(RecordingState state, SealedTexts texts) {
        String bundle = texts.open(state.fhirBundle);
        return new RecordingAnswer(
                state.id.value(),
                texts.open(state.patientId),
                state.clinicianId.value(),
                state.durationSeconds,
                state.status.word(),
                state.createdAt,
                texts.open(state.audioFilePath),
                state.audioFileSize,
                texts.open(state.errorMessage),
                state.retryCount,
                state.updatedAt,
                state.uploadedAt,
                state.processedAt,
                texts.open(state.transcript),
                state.verificationResults == null ? null : of(state.verificationResults, texts),
                texts.open(state.draftTranscript),
                texts.open(state.finalTranscript),
                state.localStorageKey,
                state.uploadAttempts,
                state.whisperModel,
                state.transcriptionStartedAt,
                state.transcriptionCompletedAt,
                bundle == null ? null : JsonMapper.shared().readTree(bundle),
                state.llmModel,
                state.extractionStartedAt,
                state.extractionCompletedAt,
                state.verificationScore,
                state.verifiedAt,
                state.failure == null ? null : state.failure.name().toLowerCase(Locale.ROOT),
                state.audio == null ? null : state.audio.contentId(),
                state.audio == null ? null : state.audio.mediaType(),
                state.patient.value(),
                texts.erased(state.patient),
                state.imported,
                state.version);
    }

    /** What the checks found, opened. */
    public static VerificationAnswer of(VerificationResults results, SealedTexts texts) {
        return new VerificationAnswer(
                results.passed(),
                results.score(),
                results.issues().stream().<@Nullable String>map(texts::open).toList(),
                results.checksPerformed(),
                results.alerts().stream()
                        .map(alert -> new AlertAnswer(
                                alert.ruleId(),
                                texts.open(alert.message()),
                                alert.severity().name().toLowerCase(Locale.ROOT),
                                alert.field()))
                        .toList());
    }
}
