package dev.varve.app.imports;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The file of the clinical application before this one, in each version of its schema. */
final class OldRecordingsFile {

    private static final String FIRST = """
            CREATE TABLE recordings (
                id CHAR(32) PRIMARY KEY, patient_id VARCHAR NOT NULL, clinician_id VARCHAR NOT NULL, audio_file_path VARCHAR,
                audio_file_size INTEGER, duration_seconds INTEGER, status VARCHAR NOT NULL, error_message VARCHAR,
                retry_count INTEGER, created_at DATETIME NOT NULL, updated_at DATETIME, uploaded_at DATETIME,
                processed_at DATETIME, transcript VARCHAR, verification_results JSON)""";

    private static final String SECOND = """
            ALTER TABLE recordings ADD draft_transcript VARCHAR; ALTER TABLE recordings ADD final_transcript VARCHAR;
            ALTER TABLE recordings ADD local_storage_key VARCHAR; ALTER TABLE recordings ADD upload_attempts INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE recordings ADD whisper_model VARCHAR(50) NOT NULL DEFAULT 'base';
            ALTER TABLE recordings ADD transcription_started_at DATETIME; ALTER TABLE recordings ADD transcription_completed_at DATETIME""";

    private static final String THIRD = """
            ALTER TABLE recordings ADD fhir_bundle JSON; ALTER TABLE recordings ADD llm_model VARCHAR(50);
            ALTER TABLE recordings ADD extraction_started_at DATETIME; ALTER TABLE recordings ADD extraction_completed_at DATETIME;
            ALTER TABLE recordings ADD verification_score FLOAT; ALTER TABLE recordings ADD verified_at DATETIME;
            ALTER TABLE recordings ADD mood VARCHAR""";

    private static final String ROWS = """
            INSERT INTO recordings (id, patient_id, clinician_id, duration_seconds, status, retry_count, created_at, updated_at,
                                    transcript, verification_results, error_message)
            VALUES ('3f0e0000000040008000000000000001', 'patient-001', 'clinician-001', 120, 'pending', 0,
                    '2026-02-23 04:18:10.123456', '2026-02-23T06:18:10+02:00', 'He coughs.', NULL, NULL),
                   ('3f0e0000-0000-4000-8000-000000000002', 'patient-002', 'clinician-001', NULL, 'COMPLETED', NULL,
                    '2026-02-23T04:18:11Z', NULL, NULL, '{"passed": false, "score": 0.6, "issues": ["Unknown medication: X"],
                    "checks_performed": ["medication_names"]}', NULL),
                   ('3F0E0000-0000-4000-8000-000000000003', 'patient-003', 'clinician-002', 90, 'error', 1,
                    '2026-02-23 04:18:12', NULL, NULL, '{"passed": tr', 'Transcription service timeout'),
                   ('not a uuid', 'patient-004', 'clinician-002', 90, 'pending', 0, '2026-02-23 04:18:13', NULL, NULL, NULL, NULL),
                   ('3f0e0000000040008000000000000005', 'patient-005', 'clinician-002', 90, 'archived', 0,
                    '2026-02-23 04:18:14', NULL, NULL, NULL, NULL),
                   ('3f0e0000000040008000000000000006', 'patient-006', 'clinician-002', 90, 'pending', 0,
                    'yesterday', NULL, NULL, NULL, NULL),
                   ('3f0e0000-0000-4000-8000-000000000001', 'patient-007', 'clinician-002', 90, 'pending', 0,
                    '2026-02-23 04:18:15', NULL, NULL, NULL, NULL)""";

    private OldRecordingsFile() {}

    static Path first(Path folder) throws SQLException {
        return write(folder.resolve("first.db"), FIRST, ROWS);
    }

    static Path second(Path folder) throws SQLException {
        return write(folder.resolve("second.db"), FIRST, SECOND, ROWS);
    }

    static Path third(Path folder) throws SQLException {
        return write(folder.resolve("third.db"), FIRST, SECOND, THIRD, ROWS, """
                UPDATE recordings SET fhir_bundle = '{"resourceType": "Bundle"}', verification_score = 0.6,
                    final_transcript = 'He coughs a lot.', mood = 'fine' WHERE patient_id = 'patient-001'""");
    }

    /** A recording for each time, as it is written here. */
    static Path ofTimes(Path folder, List<String> times) throws SQLException {
        List<String> scripts = new ArrayList<>(List.of(FIRST));
        for (int n = 0; n < times.size(); n++) {
            scripts.add("""
                    INSERT INTO recordings (id, patient_id, clinician_id, status, created_at)
                    VALUES (printf('%%032x', %d), 'patient-001', 'clinician-001', 'pending', '%s')""".formatted(n, times.get(n)));
        }
        return write(folder.resolve("times.db"), scripts.toArray(String[]::new));
    }

    /** With so many rows of the first schema that all can be taken over, ids with and without dashes. */
    static Path withRows(Path folder, int count) throws SQLException {
        return write(folder.resolve("many.db"), FIRST, """
                INSERT INTO recordings (id, patient_id, clinician_id, duration_seconds, status, retry_count, created_at, updated_at,
                                        transcript)
                WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < %d)
                SELECT CASE n %% 2 WHEN 0 THEN printf('%%032x', n) ELSE printf('00000000-0000-0000-0000-%%012x', n) END,
                       'patient-' || (n %% 500), 'clinician-' || (n %% 7), n %% 600, 'completed', 0,
                       datetime('2026-01-01', '+' || n || ' seconds'), datetime('2026-01-02', '+' || n || ' seconds'),
                       'What was said in recording ' || n
                FROM number""".formatted(count));
    }

    /** With rows that are only in the write-ahead log; the connection keeps it from being folded into the file. */
    static Connection openedInWalMode(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA wal_autocheckpoint = 0");
            statement.execute(FIRST);
            statement.execute(ROWS);
        }
        return connection;
    }

    private static Path write(Path file, String... scripts) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String script : scripts) {
                for (String sql : script.split(";")) {
                    statement.execute(sql);
                }
            }
        }
        return file;
    }
}
