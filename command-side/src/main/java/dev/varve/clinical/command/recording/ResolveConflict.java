package dev.varve.clinical.command.recording;

import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.events.ConflictId;
import dev.varve.clinical.events.EditableField;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import java.util.Set;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Decide a conflict.
 *
 * @param fromClient the fields for which the client is right; for the others what is there stays
 */
public record ResolveConflict(
        RecordingId recordingId,
        ConflictId conflictId,
        Set<EditableField> fromClient,
        @Nullable Long expectedVersion,
        Provenance provenance)
        implements RecordingCommand {

    public ResolveConflict {
        fromClient = Set.copyOf(fromClient);
    }

    @Override
    @TargetAggregateIdentifier
    public String stream() {
        return ClinicalStreams.of(recordingId);
    }
}
