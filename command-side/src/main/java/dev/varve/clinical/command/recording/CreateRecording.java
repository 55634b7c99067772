package dev.varve.clinical.command.recording;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.events.PersonalText;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * A consultation was recorded. The same again, for the same patient, writes nothing.
 *
 * @param localStorageKey the client's own name for it
 * @param changeId the offline change it comes with; null when it comes at once
 */
public record CreateRecording(
        RecordingId recordingId,
        PatientPseudonym patient,
        PersonalText patientId,
        ClinicianId clinicianId,
        @Nullable Integer durationSeconds,
        @Nullable PersonalText audioFilePath,
        @Nullable PersonalText draftTranscript,
        @Nullable PersonalText finalTranscript,
        @Nullable String localStorageKey,
        @Nullable String changeId,
        Provenance provenance)
        implements RecordingCommand {

    public CreateRecording {
        BOUNDS.id("clinician_id", clinicianId.value(), ClinicalBounds.CLINICIAN_ID);
        ClinicalBounds.duration(durationSeconds);
        if (localStorageKey != null) {
            BOUNDS.id("local_storage_key", localStorageKey, ClinicalBounds.LOCAL_STORAGE_KEY);
        }
    }

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
