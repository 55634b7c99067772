package dev.varve.clinical.command.sync;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.Required;
import dev.varve.clinical.command.recording.Callers;
import dev.varve.clinical.command.recording.RecordingLog;
import dev.varve.clinical.command.recording.RecordingState;
import dev.varve.clinical.command.recording.ResolveConflict;
import dev.varve.clinical.command.recording.SealedTexts;
import dev.varve.clinical.command.sync.SyncAnswer.ItemAnswer;
import dev.varve.clinical.command.sync.SyncRequest.Item;
import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.ConflictId;
import dev.varve.clinical.events.EditableField;
import dev.varve.clinical.events.Occasion;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.command.CommandAnswer;
import dev.varve.command.IfMatch;
import dev.varve.command.Outcome;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import java.security.Principal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** Takes in clients' queues, and persons' decisions. */
@RestController
@RequestMapping("/api/v1/recordings")
final class SyncController {

    private static final int ITEMS = 200;

    private final CommandDispatcher commands;
    private final OfflineSync sync;
    private final RecordingLog log;
    private final SealedTexts texts;
    private final Callers callers;

    SyncController(CommandDispatcher commands, OfflineSync sync, RecordingLog log, SealedTexts texts, Callers callers) {
        this.commands = commands;
        this.sync = sync;
        this.log = log;
        this.texts = texts;
        this.callers = callers;
    }

    /** The items are taken in one after the other, as the client made them. */
    @PostMapping("/sync")
    ResponseEntity<SyncAnswer> sync(@RequestBody SyncRequest request, @Nullable Principal caller) {
        // All of them are looked at before the first is taken in: a 422 has written nothing.
        List<Item> items = Required.field("items", request.items()).stream()
                .map(item -> Required.field("items", item))
                .toList();
        BOUNDS.between("items", items.size(), 0, ITEMS);
        ClinicianId clinician = callers.clinician(caller);
        Provenance now = callers.now(caller, Occasion.OFFLINE_SYNC, null);
        List<ItemAnswer> answers = new ArrayList<>();
        for (Item item : items) {
            answers.add(sync.take(item, clinician, now));
        }
        return ResponseEntity.ok()
                .header(CommandAnswer.POSITION, Long.toString(log.head()))
                .body(new SyncAnswer(answers));
    }

    @PostMapping("/{id}/conflicts/{conflictId}/resolve")
    ResponseEntity<ResolvedAnswer> resolve(
            @PathVariable UUID id,
            @PathVariable String conflictId,
            @RequestHeader(name = IfMatch.HEADER, required = false) @Nullable String ifMatch,
            @RequestBody ResolveRequest request,
            @Nullable Principal caller) {
        if (!conflictId.matches("[0-9a-f]{32}")) {
            throw BOUNDS.rejected("conflict_id", "must be 32 hexadecimal digits");
        }
        BOUNDS.text("note", request.note(), ClinicalBounds.MESSAGE);
        Set<EditableField> fromClient = fields(Required.field("from_client", request.fromClient()));
        RecordingState known = log.get(new RecordingId(id));
        CommandReceipt receipt = commands.dispatch(new ResolveConflict(
                known.id(),
                new ConflictId(conflictId),
                fromClient,
                IfMatch.version(ifMatch),
                callers.now(caller, Occasion.CONFLICT_RESOLUTION, texts.sealIfSaid(known.patient(), request.note()))));
        Outcome outcome = Outcome.of(receipt);
        return CommandAnswer.of(
                outcome,
                CommandAnswer.at("/api/v1/recordings/{id}", id.toString()),
                receipt,
                new ResolvedAnswer(id, outcome.word(), receipt.version()));
    }

    private static Set<EditableField> fields(List<@Nullable String> names) {
        Set<EditableField> fields = EnumSet.noneOf(EditableField.class);
        for (String name : names) {
            for (EditableField field : EditableField.values()) {
                if (field.word().equals(name)) {
                    fields.add(field);
                }
            }
        }
        if (fields.size() != names.size()) {
            throw BOUNDS.rejected("from_client", "must name fields of the conflict, each once");
        }
        return fields;
    }

    /** @param fromClient the fields for which the client is right; for the others what is there stays */
    @JsonNaming(SnakeCaseStrategy.class)
    record ResolveRequest(
            @Nullable List<@Nullable String> fromClient,
            @Nullable String note) {}

    /** @param result recorded or unchanged */
    record ResolvedAnswer(UUID id, String result, long version) {}
}
