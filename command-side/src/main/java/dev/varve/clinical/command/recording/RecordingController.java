package dev.varve.clinical.command.recording;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.Required;
import dev.varve.clinical.command.recording.RecordingRequests.Create;
import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.Occasion;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.clinical.events.RecordingStatus;
import dev.varve.command.CommandAnswer;
import dev.varve.command.IfMatch;
import dev.varve.command.Outcome;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import java.net.URI;
import java.security.Principal;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.util.IdGenerator;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.node.ObjectNode;

/** Records consultations, in the predecessor's words, and changes what may be changed at any time. */
@RestController
@RequestMapping("/api/v1/recordings")
final class RecordingController {

    private static final Set<String> NOTE = Set.of("note");

    private final CommandDispatcher commands;
    private final RecordingLog log;
    private final SealedTexts texts;
    private final EditsReader edits;
    private final Callers callers;
    private final IdGenerator ids;

    RecordingController(
            CommandDispatcher commands,
            RecordingLog log,
            SealedTexts texts,
            EditsReader edits,
            Callers callers,
            IdGenerator ids) {
        this.commands = commands;
        this.log = log;
        this.texts = texts;
        this.edits = edits;
        this.callers = callers;
        this.ids = ids;
    }

    @PostMapping
    ResponseEntity<CreatedAnswer> create(@RequestBody Create request, @Nullable Principal caller) {
        String patientId = Required.field("patient_id", request.patientId());
        BOUNDS.id("patient_id", patientId, ClinicalBounds.PATIENT_ID);
        BOUNDS.text("audio_file_path", request.audioFilePath(), ClinicalBounds.PATH);
        int duration = Required.field("duration_seconds", request.durationSeconds());
        RecordingId id = new RecordingId(ids.generateId());
        PatientPseudonym patient = texts.pseudonymOf(patientId);
        ClinicianId clinician = callers.clinician(caller);
        Provenance now = callers.now(caller, Occasion.REQUEST, null);
        // Before anything is sealed: a patient who was erased gets no new key, and a bad duration no key at all.
        ClinicalBounds.duration(duration);
        CommandReceipt receipt = commands.dispatch(new CreateRecording(
                id,
                patient,
                texts.seal(patient, patientId),
                clinician,
                duration,
                texts.sealIfSaid(patient, request.audioFilePath()),
                null,
                null,
                null,
                null,
                now));
        return CommandAnswer.of(
                Outcome.of(receipt),
                location(id),
                receipt,
                new CreatedAnswer(
                        id.value(), patientId, clinician.value(), duration, RecordingStatus.PENDING.word(), now.at()));
    }

    @PatchMapping("/{id}")
    ResponseEntity<ChangedAnswer> change(
            @PathVariable UUID id,
            @RequestHeader(name = IfMatch.HEADER, required = false) @Nullable String ifMatch,
            @RequestBody ObjectNode request,
            @Nullable Principal caller) {
        RecordingId recordingId = new RecordingId(id);
        RecordingState known = log.get(recordingId);
        Edits wanted = edits.read(request, known.patient(), known, NOTE);
        String note =
                request.has("note") ? EditsReader.text("note", request.get("note"), ClinicalBounds.MESSAGE) : null;
        Provenance now = callers.now(caller, Occasion.REQUEST, texts.sealIfSaid(known.patient(), note));
        CommandReceipt receipt =
                commands.dispatch(new EditRecording(recordingId, wanted, IfMatch.version(ifMatch), now));
        Outcome outcome = Outcome.of(receipt);
        return CommandAnswer.of(
                outcome, location(recordingId), receipt, new ChangedAnswer(id, outcome.word(), receipt.version()));
    }

    static URI location(RecordingId id) {
        return CommandAnswer.at("/api/v1/recordings/{id}", id.toString());
    }

    /** What the predecessor answers, field by field. */
    @JsonNaming(SnakeCaseStrategy.class)
    record CreatedAnswer(
            UUID id, String patientId, String clinicianId, int durationSeconds, String status, Instant createdAt) {}

    /**
     * What a command came to.
     *
     * @param result recorded or unchanged
     * @param version the recording's version now, which is its ETag
     */
    record ChangedAnswer(UUID id, String result, long version) {}
}
