package dev.varve.clinical.command.oldstore;

import dev.varve.clinical.command.ClinicalSettings;
import dev.varve.clinical.command.recording.SealedTexts;
import dev.varve.clinical.events.Occasion;
import dev.varve.clinical.events.Provenance;
import dev.varve.command.ingestion.AuditedRuns;
import dev.varve.command.ingestion.BrokenSource;
import dev.varve.command.ingestion.ContextImports;
import dev.varve.command.ingestion.ImportMode;
import dev.varve.command.ingestion.ImportOptions;
import dev.varve.command.ingestion.IngestionConsole;
import dev.varve.command.ingestion.IngestionJob;
import dev.varve.command.ingestion.IngestionRunner;
import dev.varve.command.ingestion.RowSink;
import dev.varve.command.ingestion.oldstore.OldSqlite;
import dev.varve.command.ingestion.oldstore.OldTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.springframework.stereotype.Component;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code import recordings}: what the clinical application before this one kept. */
@Component
@Command(
        name = "recordings",
        mixinStandardHelpOptions = true,
        description = "Takes over the recordings of the old clinical database, in any version of its schema.",
        footer = {
            "",
            "The file is copied with its write-ahead log and never touched; stop the old application before.",
            "What says something of a patient is sealed under the patient's key. Times without an offset are UTC.",
            "Importing again writes only what is new; a row that cannot be used is reported and skipped."
        })
final class ImportRecordingsCommand implements Callable<Integer> {

    private static final String TABLE = "recordings";

    private static final Set<String> COLUMNS = Set.of(
            "id",
            "patient_id",
            "clinician_id",
            "audio_file_path",
            "audio_file_size",
            "duration_seconds",
            "status",
            "error_message",
            "retry_count",
            "created_at",
            "updated_at",
            "uploaded_at",
            "processed_at",
            "transcript",
            "verification_results",
            "draft_transcript",
            "final_transcript",
            "local_storage_key",
            "upload_attempts",
            "whisper_model",
            "transcription_started_at",
            "transcription_completed_at",
            "fhir_bundle",
            "llm_model",
            "extraction_started_at",
            "extraction_completed_at",
            "verification_score",
            "verified_at");

    private final IngestionRunner runner;
    private final AuditedRuns runs;
    private final SealedTexts texts;
    private final ClinicalSettings settings;
    private final Clock clock;

    @Mixin
    private ImportOptions options = new ImportOptions();

    @Option(names = "--sqlite", required = true, paramLabel = "FILE", description = "The old database, clinical.db.")
    private Path file = Path.of("");

    ImportRecordingsCommand(
            IngestionRunner runner, AuditedRuns runs, SealedTexts texts, ClinicalSettings settings, Clock clock) {
        this.runner = runner;
        this.runs = runs;
        this.texts = texts;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        IngestionConsole console = options.console();
        try (OldSqlite sqlite = OldSqlite.open(file)) {
            OldTable table = sqlite.database()
                    .table(TABLE)
                    .orElseThrow(() -> new BrokenSource(file.getFileName() + " has no table " + TABLE));
            for (String column : List.of("id", "patient_id", "clinician_id", "status", "created_at")) {
                if (!table.columns().contains(column)) {
                    throw new BrokenSource("%s: table %s has no column %s; it is no clinical database"
                            .formatted(file.getFileName(), TABLE, column));
                }
            }
            console.say(String.format(Locale.ROOT, "reading %s, %,d recordings", file.getFileName(), table.rows()));
            IngestionJob job = new IngestionJob(
                    "import recordings",
                    sqlite.digest(),
                    Map.of(),
                    Map.of("file", String.valueOf(file.getFileName())),
                    table.rows(),
                    options.mode());
            ContextImports clinical = new ContextImports(runs, new RecordingStatements(texts));
            return runner.run(clinical, job, sink -> submit(sqlite, table, sink), console)
                            .succeeded()
                    ? 0
                    : 1;
        } catch (BrokenSource e) {
            console.broken(e);
            return 1;
        }
    }

    private void submit(OldSqlite sqlite, OldTable table, RowSink sink) throws IOException {
        note(table, sink);
        OldRecordings recordings = new OldRecordings(
                texts,
                options.mode() != ImportMode.DRY_RUN,
                settings.retryLimit(),
                new Provenance(AuditedRuns.actor(), clock.instant(), Occasion.IMPORT, null));
        SubmittedRecordings submitted = new SubmittedRecordings(recordings, sink);
        sqlite.database().read(table, List.of("created_at", "id"), submitted);
        submitted.flush();
    }

    private static void note(OldTable table, RowSink sink) {
        Set<String> missing = table.missing(COLUMNS);
        if (!missing.isEmpty()) {
            sink.note("an older schema, taken as empty: " + String.join(", ", missing));
        }
        Set<String> unknown = table.unknown(COLUMNS);
        if (!unknown.isEmpty()) {
            sink.note("columns that are not known and not taken over: " + String.join(", ", unknown));
        }
    }
}
