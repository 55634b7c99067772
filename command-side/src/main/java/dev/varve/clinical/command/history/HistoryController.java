package dev.varve.clinical.command.history;

import dev.varve.clinical.command.ClinicalStreams;
import dev.varve.clinical.command.Required;
import dev.varve.clinical.command.recording.RecordingAnswer;
import dev.varve.clinical.command.recording.RecordingLog;
import dev.varve.clinical.command.recording.RecordingState;
import dev.varve.clinical.command.recording.SealedTexts;
import dev.varve.clinical.events.RecordingId;
import dev.varve.command.Bounds;
import dev.varve.eventstore.AsOf;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The past of a recording. It is read from the log and not from a read model, so it is as true as the log is, and nothing
 * has to catch up.
 */
@RestController
@RequestMapping("/api/v1/recordings/{id}")
final class HistoryController {

    private final RecordingLog log;
    private final SealedTexts texts;
    private final ChangeTexts changes;

    HistoryController(RecordingLog log, SealedTexts texts, ChangeTexts changes) {
        this.log = log;
        this.texts = texts;
        this.changes = changes;
    }

    /** Everything that happened: what, who, when and why. */
    @GetMapping("/history")
    List<HistoryEntry> history(@PathVariable UUID id) {
        RecordingId recording = new RecordingId(id);
        List<RecordingLog.Entry> entries = log.history(recording);
        if (entries.isEmpty()) {
            throw new AggregateNotFoundException(ClinicalStreams.of(recording), "not found");
        }
        return entries.stream().map(changes::of).toList();
    }

    /** The recording as it was at a position of the log, or at a time. */
    @GetMapping(params = "at")
    ResponseEntity<RecordingAnswer> at(@PathVariable UUID id, @RequestParam String at) {
        RecordingId recording = new RecordingId(id);
        RecordingState state = log.find(recording, moment(Required.field("at", at)))
                .orElseThrow(() -> new AggregateNotFoundException(
                        ClinicalStreams.of(recording), "not found, or not yet there at that moment"));
        return ResponseEntity.ok(RecordingAnswer.of(state, texts));
    }

    /** Nothing was recorded outside of these times, and a database cannot tell all others. */
    private static Instant kept(String at) {
        Instant time = Instant.parse(at);
        if (time.isBefore(Bounds.EARLIEST)) {
            return Bounds.EARLIEST;
        }
        return time.isBefore(Bounds.LATEST) ? time : Bounds.LATEST;
    }

    private static AsOf moment(String at) {
        try {
            return at.matches("\\d{1,18}") ? new AsOf.Position(Long.parseLong(at)) : new AsOf.Time(kept(at));
        } catch (DateTimeParseException e) {
            TypeMismatchException malformed = new TypeMismatchException(at, Instant.class, e);
            malformed.initPropertyName("at");
            throw malformed;
        }
    }
}
