package dev.varve.clinical.command.sampledata;

import dev.varve.clinical.command.ClinicalSettings;
import dev.varve.clinical.command.recording.Callers;
import dev.varve.clinical.command.recording.ImportRecording;
import dev.varve.clinical.command.recording.RecordingIds;
import dev.varve.clinical.command.recording.RecordingLog;
import dev.varve.clinical.command.recording.RecordingState;
import dev.varve.clinical.command.recording.SealedTexts;
import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.ImportedRecording;
import dev.varve.clinical.events.Occasion;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.clinical.events.RecordingStatus;
import dev.varve.command.Outcome;
import dev.varve.command.SampleData;
import dev.varve.eventstore.axon.CommandDispatcher;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The predecessor's five sample recordings. Each is recorded in one event and under an id that follows from its number, so
 * a second time finds all of them there.
 */
@Component
final class SampleRecordings implements SampleData {

    private static final List<Sample> SAMPLES = List.of(
            new Sample(1, "clinician-001", 120, RecordingStatus.PENDING, null),
            new Sample(2, "clinician-001", 180, RecordingStatus.COMPLETED, null),
            new Sample(3, "clinician-002", 90, RecordingStatus.ERROR, "Transcription service timeout"),
            new Sample(4, "clinician-002", 240, RecordingStatus.PROCESSING, null),
            new Sample(5, "clinician-003", 300, RecordingStatus.COMPLETED, null));

    private final CommandDispatcher commands;
    private final RecordingLog log;
    private final SealedTexts texts;
    private final Callers callers;
    private final ClinicalSettings settings;

    SampleRecordings(
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

    private record Sample(
            int number,
            String clinician,
            int seconds,
            RecordingStatus status,
            @Nullable String error) {

        String name() {
            return "%03d".formatted(number);
        }

        RecordingId id() {
            return RecordingIds.of(new ClinicianId(clinician), "sample-" + name());
        }
    }

    @Override
    public String title() {
        return "Sample recordings";
    }

    @Override
    public Sown sow(String actor) {
        int recorded = 0;
        Map<String, Long> byStatus = new TreeMap<>();
        Map<String, Long> byClinician = new TreeMap<>();
        for (Sample sample : SAMPLES) {
            if (log.find(sample.id()).isEmpty()
                    && Outcome.of(commands.dispatch(command(sample, actor))) == Outcome.CREATED) {
                recorded++;
            }
            RecordingState now = log.get(sample.id());
            byStatus.merge(now.status().word(), 1L, Long::sum);
            byClinician.merge(now.clinicianId().value(), 1L, Long::sum);
        }
        return new Sown(
                recorded,
                SAMPLES.size() - recorded,
                new TreeMap<>(Map.of("status", byStatus, "clinician", byClinician)));
    }

    private ImportRecording command(Sample sample, String actor) {
        String patientId = "patient-" + sample.name();
        PatientPseudonym patient = texts.pseudonymOf(patientId);
        Provenance now = callers.now(actor, Occasion.SEED, null);
        boolean uploaded = sample.status() != RecordingStatus.PENDING;
        boolean transcribed = sample.status() == RecordingStatus.COMPLETED;
        Instant at = now.at();
        return new ImportRecording(
                sample.id(),
                patient,
                new ImportedRecording(
                        texts.seal(patient, patientId),
                        new ClinicianId(sample.clinician()),
                        texts.seal(patient, "/uploads/audio_%s.webm".formatted(sample.name())),
                        null,
                        sample.seconds(),
                        sample.status(),
                        texts.sealIfSaid(patient, sample.error()),
                        0,
                        at,
                        at,
                        uploaded ? at : null,
                        transcribed ? at : null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        uploaded ? 1 : 0,
                        null,
                        uploaded ? at : null,
                        transcribed ? at : null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null),
                settings.retryLimit(),
                now);
    }
}
