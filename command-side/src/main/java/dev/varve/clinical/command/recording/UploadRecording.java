package dev.varve.clinical.command.recording;

import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.command.recording.Edits.Edit;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * A recording and its audio came at once, and are recorded both or not at all. A recording that is there already, because
 * a client without a network told of it before, is given the audio, and the draft if it has none; the same again writes
 * nothing.
 */
public record UploadRecording(CreateRecording recording, AttachAudio audio) implements RecordingCommand {

    public UploadRecording {
        if (!recording.recordingId().equals(audio.recordingId())) {
            throw new IllegalArgumentException("the audio is that of another recording");
        }
    }

    /** The draft, as an edit of a recording that is there. */
    Edits draft() {
        return new Edits(null, null, new Edit<>(recording.draftTranscript()), null);
    }

    @Override
    public RecordingId recordingId() {
        return recording.recordingId();
    }

    @Override
    public Provenance provenance() {
        return recording.provenance();
    }

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId());
    }
}
