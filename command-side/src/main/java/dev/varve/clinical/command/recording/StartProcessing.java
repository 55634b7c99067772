package dev.varve.clinical.command.recording;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The recording is being transcribed.
 *
 * @param whisperModel the model that will transcribe, where it is known beforehand
 */
public record StartProcessing(
        RecordingId recordingId,
        @Nullable String whisperModel,
        @Nullable Long expectedVersion,
        Provenance provenance) implements RecordingCommand {

    public StartProcessing {
        if (whisperModel != null) {
            BOUNDS.name("whisper_model", whisperModel, ClinicalBounds.MODEL);
        }
    }

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
