package dev.varve.clinical.command.upload;

import dev.varve.clinical.command.recording.AttachAudio;
import dev.varve.clinical.command.recording.Callers;
import dev.varve.clinical.command.recording.CreateRecording;
import dev.varve.clinical.command.recording.RecordingAnswer;
import dev.varve.clinical.command.recording.RecordingIds;
import dev.varve.clinical.command.recording.RecordingLog;
import dev.varve.clinical.command.recording.SealedTexts;
import dev.varve.clinical.command.recording.UploadRecording;
import dev.varve.clinical.events.AudioContent;
import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.Occasion;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.command.CommandAnswer;
import dev.varve.command.Outcome;
import dev.varve.events.PersonalText;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import dev.varve.personal.files.IncomingFile;
import dev.varve.personal.files.PersonalFiles;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.security.Principal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.IdGenerator;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * Takes recordings in together with their audio.
 *
 * <p>The file is kept before anything is recorded, so an event never names one that is not there. Whatever fails before
 * that leaves nothing.
 */
@RestController
@RequestMapping("/api/v1/recordings")
final class UploadController {

    private final CommandDispatcher commands;
    private final ObjectProvider<PersonalFiles> files;
    private final RecordingLog log;
    private final SealedTexts texts;
    private final Callers callers;
    private final IdGenerator ids;

    UploadController(
            CommandDispatcher commands,
            ObjectProvider<PersonalFiles> files,
            RecordingLog log,
            SealedTexts texts,
            Callers callers,
            IdGenerator ids) {
        this.commands = commands;
        this.files = files;
        this.log = log;
        this.texts = texts;
        this.callers = callers;
        this.ids = ids;
    }

    /** The same name again is the same recording: that is how an upload whose answer was lost is repeated. */
    @Operation(
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                            schema = @Schema(implementation = UploadForm.Described.class))))
    @PostMapping(path = "/upload", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    ResponseEntity<UploadedAnswer> upload(
            HttpServletRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            @Nullable Principal caller)
            throws IOException, HttpMediaTypeNotSupportedException {
        CommandReceipt receipt;
        RecordingId id;
        try (IncomingFile incoming = files.getObject().receive()) {
            UploadForm form = UploadForm.read(request, incoming);
            AudioFormat format = AudioFormat.demanded(incoming, form.declaredType());
            ClinicianId clinician = callers.clinician(caller);
            id = id(clinician, form.localStorageKey(), idempotencyKey);
            PatientPseudonym patient = texts.pseudonymOf(form.patientId());
            Provenance now = callers.now(caller, Occasion.REQUEST, null);
            PersonalText path = texts.sealIfSaid(patient, form.fileName());
            CreateRecording recording = new CreateRecording(
                    id,
                    patient,
                    texts.seal(patient, form.patientId()),
                    clinician,
                    form.durationSeconds(),
                    path,
                    texts.sealIfSaid(patient, form.draftTranscript()),
                    null,
                    form.localStorageKey(),
                    null,
                    now);
            String contentId = incoming.contentId(patient.value());
            // A recording that has gone on refuses it below, and then nothing must be left.
            if (log.find(id).map(known -> known.takes(patient, contentId)).orElse(true)) {
                incoming.keep(patient.value());
            }
            AudioContent audio = new AudioContent(contentId, incoming.size(), format.mediaType());
            receipt = commands.dispatch(new UploadRecording(recording, new AttachAudio(id, audio, null, now)));
        }
        return CommandAnswer.of(
                Outcome.CREATED,
                CommandAnswer.at("/api/v1/recordings/{id}", id.toString()),
                receipt,
                UploadedAnswer.of(RecordingAnswer.of(log.get(id), texts)));
    }

    private RecordingId id(ClinicianId clinician, @Nullable String localStorageKey, @Nullable String idempotencyKey) {
        if (localStorageKey != null) {
            return RecordingIds.of(clinician, localStorageKey);
        }
        return idempotencyKey == null
                ? new RecordingId(ids.generateId())
                : RecordingIds.of(clinician, "Idempotency-Key\0" + idempotencyKey);
    }

    /** What the predecessor answers, field by field. */
    @JsonNaming(SnakeCaseStrategy.class)
    record UploadedAnswer(
            UUID id,
            @Nullable String patientId,
            String clinicianId,
            @Nullable Integer durationSeconds,
            String status,
            Instant createdAt,
            @Nullable String localStorageKey) {

        static UploadedAnswer of(RecordingAnswer recording) {
            return new UploadedAnswer(
                    recording.id(),
                    recording.patientId(),
                    recording.clinicianId(),
                    recording.durationSeconds(),
                    recording.status(),
                    recording.createdAt(),
                    recording.localStorageKey());
        }
    }
}
