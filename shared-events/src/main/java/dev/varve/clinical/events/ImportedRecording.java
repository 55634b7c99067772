package dev.varve.clinical.events;

import dev.varve.events.PersonalText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A recording as another database has it, field by field; what is null there is null here. */
public record ImportedRecording(
        PersonalText patientId,
        ClinicianId clinicianId,
        @Nullable PersonalText audioFilePath,
        @Nullable Long audioFileSize,
        @Nullable Integer durationSeconds,
        RecordingStatus status,
        @Nullable PersonalText errorMessage,
        int retryCount,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant uploadedAt,
        @Nullable Instant processedAt,
        @Nullable PersonalText transcript,
        @Nullable VerificationResults verificationResults,
        @Nullable PersonalText draftTranscript,
        @Nullable PersonalText finalTranscript,
        @Nullable String localStorageKey,
        int uploadAttempts,
        @Nullable String whisperModel,
        @Nullable Instant transcriptionStartedAt,
        @Nullable Instant transcriptionCompletedAt,
        @Nullable PersonalText fhirBundle,
        @Nullable String llmModel,
        @Nullable Instant extractionStartedAt,
        @Nullable Instant extractionCompletedAt,
        @Nullable Double verificationScore,
        @Nullable Instant verifiedAt) {}
