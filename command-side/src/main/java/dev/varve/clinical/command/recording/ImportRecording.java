package dev.varve.clinical.command.recording;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.ImportedRecording;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Take over a recording as another database has it, in whatever state it is there. A recording of this id that is there
 * already stays as it is, and nothing is written, so an import can be repeated.
 *
 * @param retryLimit how often a recording may be queued again
 */
public record ImportRecording(
        RecordingId recordingId,
        PatientPseudonym patient,
        ImportedRecording recording,
        int retryLimit,
        Provenance provenance)
        implements RecordingCommand {

    public ImportRecording {
        BOUNDS.id("clinician_id", recording.clinicianId().value(), ClinicalBounds.CLINICIAN_ID);
        ClinicalBounds.duration(recording.durationSeconds());
        BOUNDS.between("retry_count", recording.retryCount(), 0, ClinicalBounds.COUNT);
        BOUNDS.between("upload_attempts", recording.uploadAttempts(), 0, ClinicalBounds.COUNT);
        BOUNDS.text("local_storage_key", recording.localStorageKey(), ClinicalBounds.LOCAL_STORAGE_KEY);
        BOUNDS.text("whisper_model", recording.whisperModel(), ClinicalBounds.MODEL);
        BOUNDS.text("llm_model", recording.llmModel(), ClinicalBounds.MODEL);
        BOUNDS.time("created_at", recording.createdAt());
        BOUNDS.time("updated_at", recording.updatedAt());
    }

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
