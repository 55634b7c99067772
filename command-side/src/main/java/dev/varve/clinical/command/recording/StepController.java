package dev.varve.clinical.command.recording;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.ClinicalSettings;
import dev.varve.clinical.command.Required;
import dev.varve.clinical.command.recording.RecordingController.ChangedAnswer;
import dev.varve.clinical.command.recording.RecordingRequests.Alert;
import dev.varve.clinical.command.recording.RecordingRequests.Extraction;
import dev.varve.clinical.command.recording.RecordingRequests.Failure;
import dev.varve.clinical.command.recording.RecordingRequests.Start;
import dev.varve.clinical.command.recording.RecordingRequests.Step;
import dev.varve.clinical.command.recording.RecordingRequests.Transcription;
import dev.varve.clinical.command.recording.RecordingRequests.Verification;
import dev.varve.clinical.events.AlertSeverity;
import dev.varve.clinical.events.FailureKind;
import dev.varve.clinical.events.Occasion;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.clinical.events.VerificationAlert;
import dev.varve.clinical.events.VerificationResults;
import dev.varve.command.CommandAnswer;
import dev.varve.command.IfMatch;
import dev.varve.command.Outcome;
import dev.varve.eventstore.axon.CommandDispatcher;
import dev.varve.eventstore.axon.CommandReceipt;
import java.security.Principal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The steps on a recording's way, an address for each. */
@RestController
@RequestMapping("/api/v1/recordings/{id}")
final class StepController {

    private final CommandDispatcher commands;
    private final RecordingLog log;
    private final SealedTexts texts;
    private final Callers callers;
    private final ClinicalSettings settings;

    StepController(
            CommandDispatcher commands,
            RecordingLog log,
            SealedTexts texts,
            Callers callers,
            ClinicalSettings settings) {
        this.commands = commands;
        this.log = log;
        this.texts = texts;
        this.callers = callers;
        this.settings = settings;
    }

    @PostMapping("/start-upload")
    ResponseEntity<ChangedAnswer> startUpload(
            @PathVariable UUID id,
            @RequestHeader(name = IfMatch.HEADER, required = false) @Nullable String ifMatch,
            @RequestBody(required = false) @Nullable Step request,
            @Nullable Principal caller) {
        RecordingId recording = new RecordingId(id);
        return answer(
                recording,
                new StartUpload(recording, IfMatch.version(ifMatch), now(recording, caller, noteOf(request))));
    }

    @PostMapping("/queue")
    ResponseEntity<ChangedAnswer> queue(
            @PathVariable UUID id,
            @RequestHeader(name = IfMatch.HEADER, required = false) @Nullable String ifMatch,
            @RequestBody(required = false) @Nullable Step request,
            @Nullable Principal caller) {
        RecordingId recording = new RecordingId(id);
        return answer(
                recording,
                new QueueRecording(recording, IfMatch.version(ifMatch), now(recording, caller, noteOf(request))));
    }

    @PostMapping("/start-processing")
    ResponseEntity<ChangedAnswer> startProcessing(
            @PathVariable UUID id,
            @RequestHeader(name = IfMatch.HEADER, required = false) @Nullable String ifMatch,
            @RequestBody(required = false) @Nullable Start request,
            @Nullable Principal caller) {
        RecordingId recording = new RecordingId(id);
        Start said = request == null ? Start.SILENT : request;
        return answer(
                recording,
                new StartProcessing(
                        recording, said.whisperModel(), IfMatch.version(ifMatch), now(recording, caller, said.note())));
    }

    @PostMapping("/transcription")
    ResponseEntity<ChangedAnswer> transcription(
            @PathVariable UUID id,
            @RequestHeader(name = IfMatch.HEADER, required = false) @Nullable String ifMatch,
            @RequestBody Transcription request,
            @Nullable Principal caller) {
        RecordingId recording = new RecordingId(id);
        BOUNDS.text("transcript", request.transcript(), ClinicalBounds.TRANSCRIPT);
        BOUNDS.text("final_transcript", request.finalTranscript(), ClinicalBounds.TRANSCRIPT);
        String model = Required.text("whisper_model", request.whisperModel(), ClinicalBounds.MODEL);
        if (request.transcript() == null && request.finalTranscript() == null) {
            throw BOUNDS.rejected("transcript", "or final_transcript is required");
        }
        PatientPseudonym patient = log.patientOf(recording);
        Provenance now = now(patient, caller, request.note());
        return answer(
                recording,
                new RecordTranscription(
                        recording,
                        texts.sealIfSaid(patient, request.transcript()),
                        texts.sealIfSaid(patient, request.finalTranscript()),
                        model,
                        asKept(request.startedAt()),
                        orNow(request.completedAt(), now),
                        IfMatch.version(ifMatch),
                        now));
    }

    @PostMapping("/extraction")
    ResponseEntity<ChangedAnswer> extraction(
            @PathVariable UUID id,
            @RequestHeader(name = IfMatch.HEADER, required = false) @Nullable String ifMatch,
            @RequestBody Extraction request,
            @Nullable Principal caller) {
        RecordingId recording = new RecordingId(id);
        String bundle = Required.field("fhir_bundle", request.fhirBundle()).toString();
        BOUNDS.text("fhir_bundle", bundle, ClinicalBounds.FHIR_BUNDLE);
        String model = Required.text("llm_model", request.llmModel(), ClinicalBounds.MODEL);
        PatientPseudonym patient = log.patientOf(recording);
        Provenance now = now(patient, caller, request.note());
        return answer(
                recording,
                new RecordExtraction(
                        recording,
                        texts.seal(patient, bundle),
                        model,
                        asKept(request.startedAt()),
                        orNow(request.completedAt(), now),
                        IfMatch.version(ifMatch),
                        now));
    }

    @PostMapping("/verification")
    ResponseEntity<ChangedAnswer> verification(
            @PathVariable UUID id,
            @RequestHeader(name = IfMatch.HEADER, required = false) @Nullable String ifMatch,
            @RequestBody Verification request,
            @Nullable Principal caller) {
        RecordingId recording = new RecordingId(id);
        PatientPseudonym patient = log.patientOf(recording);
        return answer(
                recording,
                new RecordVerification(
                        recording,
                        results(patient, request),
                        IfMatch.version(ifMatch),
                        now(patient, caller, request.note())));
    }

    @PostMapping("/complete")
    ResponseEntity<ChangedAnswer> complete(
            @PathVariable UUID id,
            @RequestHeader(name = IfMatch.HEADER, required = false) @Nullable String ifMatch,
            @RequestBody(required = false) @Nullable Step request,
            @Nullable Principal caller) {
        RecordingId recording = new RecordingId(id);
        return answer(
                recording,
                new CompleteRecording(recording, IfMatch.version(ifMatch), now(recording, caller, noteOf(request))));
    }

    @PostMapping("/fail")
    ResponseEntity<ChangedAnswer> fail(
            @PathVariable UUID id,
            @RequestHeader(name = IfMatch.HEADER, required = false) @Nullable String ifMatch,
            @RequestBody(required = false) @Nullable Failure request,
            @Nullable Principal caller) {
        RecordingId recording = new RecordingId(id);
        Failure said = request == null ? Failure.SILENT : request;
        BOUNDS.text("error_message", said.errorMessage(), ClinicalBounds.MESSAGE);
        PatientPseudonym patient = log.patientOf(recording);
        return answer(
                recording,
                new FailRecording(
                        recording,
                        FailureKind.PROCESSING,
                        texts.sealIfSaid(patient, said.errorMessage()),
                        settings.retryLimit(),
                        IfMatch.version(ifMatch),
                        now(patient, caller, said.note())));
    }

    @PostMapping("/retry")
    ResponseEntity<ChangedAnswer> retry(
            @PathVariable UUID id,
            @RequestHeader(name = IfMatch.HEADER, required = false) @Nullable String ifMatch,
            @RequestBody(required = false) @Nullable Step request,
            @Nullable Principal caller) {
        RecordingId recording = new RecordingId(id);
        return answer(
                recording,
                new RequeueRecording(
                        recording,
                        settings.retryLimit(),
                        IfMatch.version(ifMatch),
                        now(recording, caller, noteOf(request))));
    }

    private ResponseEntity<ChangedAnswer> answer(RecordingId recording, RecordingCommand command) {
        CommandReceipt receipt = commands.dispatch(command);
        Outcome outcome = Outcome.of(receipt);
        return CommandAnswer.of(
                outcome,
                RecordingController.location(recording),
                receipt,
                new ChangedAnswer(recording.value(), outcome.word(), receipt.version()));
    }

    /** Whose recording it is matters only for a note, which is sealed under the patient's key. */
    private Provenance now(RecordingId recording, @Nullable Principal caller, @Nullable String note) {
        return note == null ? callers.now(caller, Occasion.REQUEST, null) : now(log.patientOf(recording), caller, note);
    }

    private Provenance now(PatientPseudonym patient, @Nullable Principal caller, @Nullable String note) {
        BOUNDS.text("note", note, ClinicalBounds.MESSAGE);
        return callers.now(caller, Occasion.REQUEST, texts.sealIfSaid(patient, note));
    }

    private static @Nullable String noteOf(@Nullable Step request) {
        return request == null ? null : request.note();
    }

    private static Instant orNow(@Nullable Instant said, Provenance now) {
        Instant kept = asKept(said);
        return kept == null ? now.at() : kept;
    }

    /** As exact as the database keeps it, so that log and read model say the same. */
    private static @Nullable Instant asKept(@Nullable Instant said) {
        return said == null ? null : said.truncatedTo(ChronoUnit.MICROS);
    }

    private VerificationResults results(PatientPseudonym patient, Verification request) {
        return new VerificationResults(
                Required.field("passed", request.passed()),
                Required.field("score", request.score()),
                items("issues", request.issues()).stream()
                        .map(issue -> texts.seal(patient, Required.text("issues", issue, ClinicalBounds.MESSAGE)))
                        .toList(),
                items("checks_performed", request.checksPerformed()).stream()
                        .map(check -> Required.text("checks_performed", check, ClinicalBounds.NAME))
                        .toList(),
                items("alerts", request.alerts()).stream()
                        .map(alert -> alert(patient, Required.field("alerts", alert)))
                        .toList());
    }

    private static <T> List<@Nullable T> items(String name, @Nullable List<@Nullable T> items) {
        List<@Nullable T> said = items == null ? List.of() : items;
        BOUNDS.between(name, said.size(), 0, ClinicalBounds.ISSUES);
        return said;
    }

    private VerificationAlert alert(PatientPseudonym patient, Alert alert) {
        BOUNDS.text("alerts.field", alert.field(), ClinicalBounds.NAME);
        return new VerificationAlert(
                Required.text("alerts.rule_id", alert.ruleId(), ClinicalBounds.NAME),
                texts.seal(patient, Required.text("alerts.message", alert.message(), ClinicalBounds.MESSAGE)),
                severity(Required.field("alerts.severity", alert.severity())),
                alert.field());
    }

    private static AlertSeverity severity(String word) {
        for (AlertSeverity severity : AlertSeverity.values()) {
            if (severity.name().equalsIgnoreCase(word)) {
                return severity;
            }
        }
        throw BOUNDS.rejected("alerts.severity", "must be one of low, medium, high, critical");
    }
}
