package dev.varve.clinical.command.oldstore;

import static dev.varve.clinical.command.ClinicalBounds.BOUNDS;

import dev.varve.clinical.command.ClinicalBounds;
import dev.varve.clinical.command.recording.ImportRecording;
import dev.varve.clinical.command.recording.SealedTexts;
import dev.varve.clinical.events.AlertSeverity;
import dev.varve.clinical.events.ClinicianId;
import dev.varve.clinical.events.ImportedRecording;
import dev.varve.clinical.events.PatientPseudonym;
import dev.varve.clinical.events.Provenance;
import dev.varve.clinical.events.RecordingId;
import dev.varve.clinical.events.RecordingStatus;
import dev.varve.clinical.events.VerificationAlert;
import dev.varve.clinical.events.VerificationResults;
import dev.varve.command.Rejected;
import dev.varve.command.ingestion.oldstore.BrokenField;
import dev.varve.command.ingestion.oldstore.OldRow;
import dev.varve.events.PersonalText;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Words the old table's rows as commands; whatever says something of a patient is sealed on the way. */
final class OldRecordings {

    private static final Pattern UUID_DIGITS = Pattern.compile("[0-9a-f]{32}");
    private static final List<RecordingStatus> STATUSES = List.of(RecordingStatus.values());

    private final SealedTexts texts;
    private final boolean makesKeys;
    private final int retryLimit;
    private final Provenance provenance;
    private final Map<String, PatientPseudonym> patients = new HashMap<>();

    /** @param makesKeys false for commands that will not be dispatched */
    OldRecordings(SealedTexts texts, boolean makesKeys, int retryLimit, Provenance provenance) {
        this.texts = texts;
        this.makesKeys = makesKeys;
        this.retryLimit = retryLimit;
        this.provenance = provenance;
    }

    /** Makes the keys that the commands of these rows need, as far as they name a patient, many at once. */
    void makeKeys(List<OldRow> rows) {
        if (!makesKeys) {
            return;
        }
        Set<PatientPseudonym> named = new HashSet<>();
        for (OldRow row : rows) {
            try {
                named.add(patient(row.required("patient_id")));
            } catch (BrokenField | Rejected e) {
                // Its command will say so, in the row's turn.
            }
        }
        texts.makeKeys(named);
    }

    /** Worked out once for each patient: most have many recordings. */
    private PatientPseudonym patient(String patientId) {
        PatientPseudonym known = patients.get(patientId);
        if (known != null) {
            return known;
        }
        BOUNDS.id("patient_id", patientId, ClinicalBounds.PATIENT_ID);
        PatientPseudonym patient = texts.pseudonymOf(patientId);
        patients.put(patientId, patient);
        return patient;
    }

    ImportRecording command(OldRow row) throws BrokenField {
        String patientId = row.required("patient_id");
        PatientPseudonym patient = patient(patientId);
        Instant createdAt = row.requiredTime("created_at");
        Function<String, PersonalText> seal = makesKeys ? texts.sealer(patient) : texts.sealerWithoutKey(patient);
        ImportedRecording recording = new ImportedRecording(
                seal.apply(patientId),
                new ClinicianId(row.required("clinician_id")),
                sealed(row, "audio_file_path", ClinicalBounds.PATH, seal),
                row.whole("audio_file_size"),
                row.small("duration_seconds"),
                status(row),
                sealed(row, "error_message", ClinicalBounds.MESSAGE, seal),
                count(row, "retry_count"),
                createdAt,
                Objects.requireNonNullElse(row.time("updated_at"), createdAt),
                row.time("uploaded_at"),
                row.time("processed_at"),
                sealed(row, "transcript", ClinicalBounds.TRANSCRIPT, seal),
                verificationResults(row, seal),
                sealed(row, "draft_transcript", ClinicalBounds.TRANSCRIPT, seal),
                sealed(row, "final_transcript", ClinicalBounds.TRANSCRIPT, seal),
                row.text("local_storage_key"),
                count(row, "upload_attempts"),
                row.text("whisper_model"),
                row.time("transcription_started_at"),
                row.time("transcription_completed_at"),
                fhirBundle(row, seal),
                row.text("llm_model"),
                row.time("extraction_started_at"),
                row.time("extraction_completed_at"),
                share(row, "verification_score"),
                row.time("verified_at"));
        return new ImportRecording(id(row), patient, recording, retryLimit, provenance);
    }

    /** With dashes as one of the old schemas says, without them as the other program writes it, or as its 16 bytes. */
    static RecordingId id(OldRow row) throws BrokenField {
        if (row.values().get("id") instanceof byte[] bytes && bytes.length == 16) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new RecordingId(new UUID(buffer.getLong(), buffer.getLong()));
        }
        String digits = row.required("id").strip().replace("-", "").toLowerCase(Locale.ROOT);
        if (!UUID_DIGITS.matcher(digits).matches()) {
            throw new BrokenField("id", "must be a UUID");
        }
        return new RecordingId(new UUID(
                Long.parseUnsignedLong(digits.substring(0, 16), 16), Long.parseUnsignedLong(digits.substring(16), 16)));
    }

    private static RecordingStatus status(OldRow row) throws BrokenField {
        String word = row.required("status").strip();
        for (RecordingStatus status : STATUSES) {
            if (status.word().equalsIgnoreCase(word)) {
                return status;
            }
        }
        throw new BrokenField(
                "status",
                "must be one of " + STATUSES.stream().map(RecordingStatus::word).toList());
    }

    private static int count(OldRow row, String column) throws BrokenField {
        Integer count = row.small(column);
        return count == null ? 0 : count;
    }

    private static @Nullable Double share(OldRow row, String column) throws BrokenField {
        Double share = row.real(column);
        if (share != null) {
            BOUNDS.between(column, share, 0, 1);
        }
        return share;
    }

    private @Nullable PersonalText sealed(OldRow row, String column, int longest, Function<String, PersonalText> seal)
            throws BrokenField {
        String text = row.text(column);
        BOUNDS.text(column, text, longest);
        return text == null ? null : seal.apply(text);
    }

    /** Checked to be JSON, and kept as it is written. */
    private @Nullable PersonalText fhirBundle(OldRow row, Function<String, PersonalText> seal) throws BrokenField {
        return row.json("fhir_bundle") == null ? null : sealed(row, "fhir_bundle", ClinicalBounds.FHIR_BUNDLE, seal);
    }

    private @Nullable VerificationResults verificationResults(OldRow row, Function<String, PersonalText> seal)
            throws BrokenField {
        String column = "verification_results";
        Object json = row.json(column);
        if (json == null) {
            return null;
        }
        if (!(json instanceof Map<?, ?> results)) {
            throw new BrokenField(column, "must be a JSON object");
        }
        if (!(results.get("passed") instanceof Boolean passed)) {
            throw new BrokenField(column, "needs passed, true or false");
        }
        if (!(results.get("score") instanceof Number score)) {
            throw new BrokenField(column, "needs score, a number");
        }
        BOUNDS.between(column + ".score", score.doubleValue(), 0, 1);
        List<PersonalText> issues = new ArrayList<>();
        for (Object issue : list(results, "issues")) {
            issues.add(seal.apply(String.valueOf(issue)));
        }
        List<VerificationAlert> alerts = new ArrayList<>();
        for (Object alert : list(results, "alerts")) {
            alerts.add(alert(alert, seal));
        }
        return new VerificationResults(
                passed,
                score.doubleValue(),
                issues,
                list(results, "checks_performed").stream().map(String::valueOf).toList(),
                alerts);
    }

    private VerificationAlert alert(Object json, Function<String, PersonalText> seal) throws BrokenField {
        if (!(json instanceof Map<?, ?> alert
                && alert.get("rule_id") instanceof String rule
                && alert.get("message") instanceof String message
                && alert.get("severity") instanceof String severity)) {
            throw new BrokenField("verification_results", "has an alert without rule_id, message or severity");
        }
        AlertSeverity known = Arrays.stream(AlertSeverity.values())
                .filter(one -> one.name().equalsIgnoreCase(severity))
                .findFirst()
                .orElseThrow(() -> new BrokenField("verification_results", "has an alert of an unknown severity"));
        Object field = alert.get("field");
        return new VerificationAlert(rule, seal.apply(message), known, field == null ? null : field.toString());
    }

    private static List<?> list(Map<?, ?> object, String name) throws BrokenField {
        return switch (object.get(name)) {
            case null -> List.of();
            case List<?> list -> list;
            default -> throw new BrokenField("verification_results", "needs a list of " + name);
        };
    }
}
