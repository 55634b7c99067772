package dev.varve.clinical.command.recording;

import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Process a failed recording once more.
 *
 * @param retryLimit how often a recording may be queued again
 */
public record RequeueRecording(
        RecordingId recordingId, int retryLimit, @Nullable Long expectedVersion, Provenance provenance)
        implements RecordingCommand {

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
