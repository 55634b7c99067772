package dev.varve.clinical.command.upload;

import dev.varve.clinical.command.recording.AttachAudio;
import dev.varve.clinical.command.recording.Callers;
import dev.varve.clinical.command.recording.RecordingLog;
import dev.varve.clinical.command.recording.SealedTexts;
import dev.varve.clinical.events.AudioContent;
import dev.varve.clinical.events.Occasion;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.RecordingId;
import dev.varve.command.CommandAnswer;
import dev.varve.command.Outcome;
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
import java.io.InputStream;
import java.security.Principal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes the audio of a recording that was made before: the body is the file. As with an upload, it is kept first. */
@RestController
final class AttachedAudioController {

    private static final int BUFFER_BYTES = 65_536;

    private final CommandDispatcher commands;
    private final ObjectProvider<PersonalFiles> files;
    private final RecordingLog log;
    private final SealedTexts texts;
    private final Callers callers;

    AttachedAudioController(
            CommandDispatcher commands,
            ObjectProvider<PersonalFiles> files,
            RecordingLog log,
            SealedTexts texts,
            Callers callers) {
        this.commands = commands;
        this.files = files;
        this.log = log;
        this.texts = texts;
        this.callers = callers;
    }

    /** The same audio again changes nothing, so a request whose answer was lost is sent again. */
    @Operation(
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "audio/*",
                                            schema = @Schema(type = "string", format = "binary"))))
    @PutMapping(
            path = "/api/v1/recordings/{id}/audio",
            consumes = {"audio/*", "video/*", "application/ogg", "application/octet-stream"})
    ResponseEntity<AttachedAnswer> attach(@PathVariable UUID id, HttpServletRequest request, @Nullable Principal caller)
            throws IOException, HttpMediaTypeNotSupportedException {
        RecordingId recording = new RecordingId(id);
        PatientPseudonym patient = log.patientOf(recording);
        texts.refuseErased(patient);
        CommandReceipt receipt;
        try (IncomingFile incoming = files.getObject().receive()) {
            copy(request, incoming);
            AudioFormat format = AudioFormat.demanded(incoming, UploadForm.withoutParameters(request.getContentType()));
            String contentId = incoming.contentId(patient.value());
            // One that has gone on refuses it below, and then nothing must be left.
            if (log.get(recording).takes(patient, contentId)) {
                incoming.keep(patient.value());
            }
            receipt = commands.dispatch(new AttachAudio(
                    recording,
                    new AudioContent(contentId, incoming.size(), format.mediaType()),
                    null,
                    callers.now(caller, Occasion.REQUEST, null)));
        }
        Outcome outcome = Outcome.of(receipt);
        return CommandAnswer.of(
                outcome,
                CommandAnswer.at("/api/v1/recordings/{id}/audio", id.toString()),
                receipt,
                new AttachedAnswer(id, outcome.word(), receipt.version()));
    }

    /** Tells a body that breaks off, which is the client's fault, from a file that cannot be written. */
    private static void copy(HttpServletRequest request, IncomingFile target) throws IOException {
        InputStream in = request.getInputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = read(request, in, buffer); read >= 0; read = read(request, in, buffer)) {
            target.write(buffer, 0, read);
        }
    }

    private static int read(HttpServletRequest request, InputStream in, byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new HttpMessageNotReadableException("a file broke off", e, new ServletServerHttpRequest(request));
        }
    }

    /**
     * What the command came to.
     *
     * @param result recorded or unchanged
     * @param version the recording's version now, which is its ETag
     */
    record AttachedAnswer(UUID id, String result, long version) {}
}
