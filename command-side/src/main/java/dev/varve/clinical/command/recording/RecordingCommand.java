package dev.varve.clinical.command.recording;

import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import org.jspecify.annotations.Nullable;

/** Something to be done with a recording; answered with a {@link dev.varve.command.Outcome} unless it says otherwise. */
public sealed interface RecordingCommand
        permits CreateRecording,
                UploadRecording,
                ImportRecording,
                StartUpload,
                AttachAudio,
                QueueRecording,
                StartProcessing,
                RecordTranscription,
                RecordExtraction,
                RecordVerification,
                CompleteRecording,
                FailRecording,
                RequeueRecording,
                EditRecording,
                MergeOfflineChange,
                ResolveConflict {

    RecordingId recordingId();

    /** The version that the sender has seen; null when any will do. */
    default @Nullable Long expectedVersion() {
        return null;
    }

    Provenance provenance();

    String stream();
}
