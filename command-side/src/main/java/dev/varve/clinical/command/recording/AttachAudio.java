package dev.varve.clinical.command.recording;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.AudioContent;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.events.PersonalText;
import java.util.regex.Pattern;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The audio was sent and is stored. The same audio again writes nothing, so an upload can be repeated.
 *
 * @param audioFilePath what the client calls the file; null keeps what is known
 */
public record AttachAudio(
        RecordingId recordingId,
        AudioContent audio,
        @Nullable PersonalText audioFilePath,
        Provenance provenance) implements RecordingCommand {

    private static final Pattern CONTENT_ID = Pattern.compile("[0-9a-f]{64}");

    public AttachAudio {
        if (!CONTENT_ID.matcher(audio.contentId()).matches()) {
            throw BOUNDS.rejected("audio", "must be named by 64 hexadecimal digits");
        }
        BOUNDS.between("audio_file_size", audio.size(), 0, Long.MAX_VALUE);
        BOUNDS.id("media_type", audio.mediaType(), ClinicalBounds.MEDIA_TYPE);
    }

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
