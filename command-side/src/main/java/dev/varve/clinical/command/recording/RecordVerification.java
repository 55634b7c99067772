package dev.varve.clinical.command.recording;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.clinical.events.VerificationResults;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** The note was checked. */
public record RecordVerification(
        RecordingId recordingId,
        VerificationResults results,
        @Nullable Long expectedVersion,
        Provenance provenance) implements RecordingCommand {

    public RecordVerification {
        BOUNDS.between("score", results.score(), 0, 1);
    }

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
