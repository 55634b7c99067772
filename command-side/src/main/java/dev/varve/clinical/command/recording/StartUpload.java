package dev.varve.clinical.command.recording;

import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** The client begins to send the audio, or begins again. */
public record StartUpload(RecordingId recordingId, @Nullable Long expectedVersion, Provenance provenance)
        implements RecordingCommand {

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
