package dev.varve.bench;

import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.Occasion;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingEvent;
import dev.varve.clinical.events.RecordingEvent.ProcessingStarted;
import dev.varve.clinical.events.RecordingEvent.RecordingCompleted;
import dev.varve.clinical.events.RecordingEvent.RecordingCreated;
import dev.varve.clinical.events.RecordingEvent.RecordingQueued;
import dev.varve.clinical.events.RecordingEvent.TranscriptionRecorded;
import dev.varve.clinical.events.RecordingEvent.UploadStarted;
import dev.varve.clinical.events.RecordingId;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.axon.EventTypeRegistry;
import dev.varve.eventstore.axon.NamedEventSerializer;
import dev.varve.personal.PersonalData;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Recordings in every stage of their way, the same at each call: of ten, two are pending, two are queued and the others are
 * completed, with a transcript of a page. Texts are sealed under keys of a thousand patients.
 */
final class ClinicalEvents implements Iterable<NewEvent> {

    static final int CLINICIANS = 50;
    static final int PATIENTS = 1_000;

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final byte[] METADATA = "{}".getBytes(StandardCharsets.UTF_8);
    private static final String PAGE = "The patient reports a dry cough since Monday. ".repeat(45);

    private final int recordings;
    private final PersonalData persons;
    private final List<PatientPseudonym> patients;
    private final EventTypeRegistry types = ProjectionsNode.typesOf(RecordingEvent.class);
    private final NamedEventSerializer serializer = NamedEventSerializer.of(types);

    ClinicalEvents(int recordings, PersonalData persons) {
        this.recordings = recordings;
        this.persons = persons;
        this.patients = IntStream.range(0, PATIENTS)
                .mapToObj(n -> new PatientPseudonym(persons.subject("patient", "patient-" + n)))
                .toList();
    }

    static RecordingId id(int n) {
        return new RecordingId(new UUID(0x4000L, 0x8000_0000_0000_0000L + n));
    }

    static String clinician(int n) {
        return "clinician-" + n % CLINICIANS;
    }

    List<String> patients() {
        return patients.stream().map(PatientPseudonym::value).toList();
    }

    @Override
    public Iterator<NewEvent> iterator() {
        return IntStream.range(0, recordings).boxed().flatMap(this::stream).iterator();
    }

    private Stream<NewEvent> stream(int n) {
        RecordingId id = id(n);
        PatientPseudonym patient = patients.get(n % PATIENTS);
        Instant at = START.plusSeconds(240L * n);
        Provenance by = new Provenance("local", at, Occasion.REQUEST, null);
        List<RecordingEvent> events = List.of(
                new RecordingCreated(
                        id,
                        patient,
                        persons.seal(patient.value(), "patient-" + n % PATIENTS),
                        new ClinicianId(clinician(n)),
                        n % 600,
                        persons.seal(patient.value(), "/uploads/%d.webm".formatted(n)),
                        null,
                        null,
                        null,
                        by),
                new UploadStarted(id, patient, 1, by),
                new RecordingQueued(id, patient, by),
                new ProcessingStarted(id, patient, "base", by),
                new TranscriptionRecorded(
                        id,
                        patient,
                        persons.seal(patient.value(), PAGE),
                        persons.seal(patient.value(), PAGE),
                        "base",
                        null,
                        at,
                        by),
                new RecordingCompleted(id, patient, by));
        int stage = n / CLINICIANS % 10;
        int happened = stage < 2 ? 1 : stage < 4 ? 3 : events.size();
        return IntStream.range(0, happened).mapToObj(version -> event(id, version, events.get(version)));
    }

    private NewEvent event(RecordingId id, int version, RecordingEvent event) {
        var type = types.of(event.getClass()).orElseThrow();
        return new NewEvent(
                new UUID(id.value().getLeastSignificantBits(), version).toString(),
                "clinical.recording",
                "clinical.recording/" + id,
                version,
                type.name(),
                String.valueOf(type.revision()),
                event.provenance().at(),
                serializer.serialize(event, byte[].class).getData(),
                METADATA);
    }
}
