package dev.varve.clinical.command.recording;

import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Take in what a client changed while it was offline. Fields that nobody else has changed since the version it had are
 * changed; the others are kept for a person. Answers with a {@link Merge}; the same change again writes nothing.
 *
 * @param changeId names the change, 32 hexadecimal digits
 * @param baseVersion the version of the recording that the client had
 */
public record MergeOfflineChange(
        RecordingId recordingId, String changeId, long baseVersion, Edits edits, Provenance provenance)
        implements RecordingCommand {

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
