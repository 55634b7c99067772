package dev.varve.clinical.command.recording;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.events.PersonalText;
import java.time.Instant;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The audio was transcribed.
 *
 * @param transcript as the model gave it
 * @param finalTranscript as it is to be read; null keeps what is there
 */
public record RecordTranscription(
        RecordingId recordingId,
        @Nullable PersonalText transcript,
        @Nullable PersonalText finalTranscript,
        String whisperModel,
        @Nullable Instant startedAt,
        Instant completedAt,
        @Nullable Long expectedVersion,
        Provenance provenance)
        implements RecordingCommand {

    public RecordTranscription {
        BOUNDS.name("whisper_model", whisperModel, ClinicalBounds.MODEL);
        ClinicalBounds.work(startedAt, completedAt, provenance.at());
    }

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
