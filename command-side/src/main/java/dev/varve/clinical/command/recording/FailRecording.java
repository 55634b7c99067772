package dev.varve.clinical.command.recording;

import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.FailureKind;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.events.PersonalText;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Processing failed.
 *
 * @param retryLimit how often a recording may be queued again
 */
public record FailRecording(
        RecordingId recordingId,
        FailureKind failure,
        @Nullable PersonalText errorMessage,
        int retryLimit,
        @Nullable Long expectedVersion,
        Provenance provenance)
        implements RecordingCommand {

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
