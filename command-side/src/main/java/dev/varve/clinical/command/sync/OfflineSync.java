package dev.varve.clinical.command.sync;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.Required;
import dev.varve.clinical.command.recording.CreateRecording;
import dev.varve.clinical.command.recording.Edits;
import dev.varve.clinical.command.recording.EditsReader;
import dev.varve.clinical.command.recording.Merge;
import dev.varve.clinical.command.recording.MergeOfflineChange;
import dev.varve.clinical.command.recording.RecordingIds;
import dev.varve.clinical.command.recording.RecordingLog;
import dev.varve.clinical.command.recording.RecordingState;
import dev.varve.clinical.command.recording.SealedTexts;
import dev.varve.clinical.command.sync.SyncAnswer.Both;
import dev.varve.clinical.command.sync.SyncAnswer.ItemAnswer;
import dev.varve.clinical.command.sync.SyncAnswer.ItemProblem;
import dev.varve.clinical.command.sync.SyncRequest.Item;
import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.EditableField;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.command.Rejected;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes in one item of a client's queue.
 *
 * <p>An item is named by a digest of the recording, the base version and the changes, under a secret: sent again after a
 * lost answer it is recognized, even if somebody has changed the same field since.
 */
@Component
final class OfflineSync {

    private static final String PATIENT_ID = "patient_id";

    private final CommandDispatcher commands;
    private final RecordingLog log;
    private final SealedTexts texts;
    private final EditsReader edits;

    OfflineSync(CommandDispatcher commands, RecordingLog log, SealedTexts texts, EditsReader edits) {
        this.commands = commands;
        this.log = log;
        this.texts = texts;
        this.edits = edits;
    }

    /** Whatever a rule refuses is answered as rejected, so that the items after it are taken in. */
    ItemAnswer take(Item item, ClinicianId clinician, Provenance provenance) {
        try {
            String key = Required.field("local_storage_key", item.localStorageKey());
            BOUNDS.id("local_storage_key", key, ClinicalBounds.LOCAL_STORAGE_KEY);
            ObjectNode changes = Required.field("changes", item.changes());
            RecordingId id =
                    item.recordingId() == null ? RecordingIds.of(clinician, key) : new RecordingId(item.recordingId());
            Optional<RecordingState> known = log.find(id);
            return known.isPresent()
                    ? change(item, known.get(), changes, provenance)
                    : create(item, id, key, changes, clinician, provenance);
        } catch (Rejected e) {
            return rejected(item, e.code(), e.field(), e.detail());
        } catch (AggregateNotFoundException e) {
            return rejected(item, "recording-not-found", "recording_id", "no recording has this id");
        }
    }

    private ItemAnswer create(
            Item item, RecordingId id, String key, ObjectNode changes, ClinicianId clinician, Provenance provenance) {
        if (item.recordingId() != null || item.baseVersion() != null) {
            throw new Rejected(
                    "clinical",
                    "recording-not-found",
                    "recording_id",
                    "a change of a version names a recording that is there");
        }
        String patientId = Required.field(PATIENT_ID, patientId(changes));
        PatientPseudonym patient = texts.pseudonymOf(patientId);
        Edits said = edits.read(changes, patient, null, Set.of(PATIENT_ID));
        CommandReceipt receipt = commands.dispatch(new CreateRecording(
                id,
                patient,
                texts.seal(patient, patientId),
                clinician,
                said.durationSeconds() == null ? null : said.durationSeconds().value(),
                said.audioFilePath() == null ? null : said.audioFilePath().value(),
                said.draftTranscript() == null ? null : said.draftTranscript().value(),
                said.finalTranscript() == null ? null : said.finalTranscript().value(),
                key,
                changeId(id, null, changes),
                provenance));
        List<String> applied = said.fields().stream().map(EditableField::word).toList();
        return new ItemAnswer(
                key,
                id.value(),
                receipt.events() == 0 ? "already-applied" : "applied",
                receipt.version(),
                applied,
                null,
                List.of(),
                null);
    }

    private ItemAnswer change(Item item, RecordingState known, ObjectNode changes, Provenance provenance) {
        String patientId = patientId(changes);
        if (patientId != null && !texts.pseudonymOf(patientId).equals(known.patient())) {
            throw new Rejected(
                    "clinical", "patient-fixed", PATIENT_ID, "a recording stays with the patient it was made for");
        }
        String changeId = changeId(known.id(), item.baseVersion(), changes);
        long base = item.baseVersion() == null ? 0 : item.baseVersion();
        Edits wanted = edits.read(changes, known.patient(), known, Set.of(PATIENT_ID));
        if (wanted.fields().isEmpty() && base <= known.version() && base >= 0) {
            return new ItemAnswer(
                    item.localStorageKey(),
                    known.id().value(),
                    "already-applied",
                    known.version(),
                    List.of(),
                    null,
                    List.of(),
                    null);
        }
        CommandReceipt receipt =
                commands.dispatch(new MergeOfflineChange(known.id(), changeId, base, wanted, provenance));
        if (!(receipt.result() instanceof Merge merge)) {
            throw new IllegalStateException("the handler answered " + receipt.result() + " instead of a merge");
        }
        boolean conflict = !merge.conflicting().isEmpty();
        List<Both> conflicts = conflict ? both(known.id(), merge, changes) : List.of();
        return new ItemAnswer(
                item.localStorageKey(),
                known.id().value(),
                conflict ? "conflict" : merge.alreadyKnown() ? "already-applied" : "applied",
                receipt.version(),
                merge.applied().stream().map(EditableField::word).toList(),
                conflict ? changeId : null,
                conflicts,
                null);
    }

    /** Read again, since the other change may have come between the reading and the merge. */
    private List<Both> both(RecordingId id, Merge merge, ObjectNode changes) {
        RecordingState now = log.get(id);
        Edits said = edits.read(changes, now.patient(), null, Set.of(PATIENT_ID));
        return merge.conflicting().stream()
                .map(field -> new Both(field.word(), edits.shown(said, field), edits.shown(now.editable(), field)))
                .toList();
    }

    private String changeId(RecordingId id, @Nullable Long baseVersion, ObjectNode changes) {
        return texts.digestOf("offline-change", id + "\0" + baseVersion + "\0" + changes);
    }

    private static @Nullable String patientId(ObjectNode changes) {
        JsonNode said = changes.get(PATIENT_ID);
        if (said == null || said.isNull()) {
            return null;
        }
        String patientId = said.isString() ? said.stringValue() : "";
        BOUNDS.id(PATIENT_ID, patientId, ClinicalBounds.PATIENT_ID);
        return patientId;
    }

    private static ItemAnswer rejected(Item item, String code, @Nullable String field, String detail) {
        return new ItemAnswer(
                item.localStorageKey(),
                item.recordingId(),
                "rejected",
                null,
                List.of(),
                null,
                List.of(),
                new ItemProblem(code, field, detail));
    }
}
