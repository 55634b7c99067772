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

/** A note was made of the transcript. */
public record RecordExtraction(
        RecordingId recordingId,
        PersonalText fhirBundle,
        String llmModel,
        @Nullable Instant startedAt,
        Instant completedAt,
        @Nullable Long expectedVersion,
        Provenance provenance)
        implements RecordingCommand {

    public RecordExtraction {
        BOUNDS.name("llm_model", llmModel, ClinicalBounds.MODEL);
        ClinicalBounds.work(startedAt, completedAt, provenance.at());
    }

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
