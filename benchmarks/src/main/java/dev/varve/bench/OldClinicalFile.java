package dev.varve.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** The SQLite file of the clinical application before this one, with as many recordings as wanted. */
final class OldClinicalFile {

    private static final String OLD_RECORDINGS = """
            CREATE TABLE recordings (
                id CHAR(32) PRIMARY KEY, patient_id VARCHAR NOT NULL, clinician_id VARCHAR NOT NULL, audio_file_path VARCHAR,
                audio_file_size INTEGER, duration_seconds INTEGER, status VARCHAR NOT NULL, error_message VARCHAR,
                retry_count INTEGER, created_at DATETIME NOT NULL, updated_at DATETIME, uploaded_at DATETIME,
                processed_at DATETIME, transcript VARCHAR, verification_results JSON)
            """;

    private static final String RECORDINGS = """
            INSERT INTO recordings (id, patient_id, clinician_id, audio_file_path, duration_seconds, status, retry_count,
                                    created_at, updated_at, transcript, verification_results)
            WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
            SELECT printf('%032x', n), 'patient-' || (n % 2000), 'clinician-' || (n % 50), '/uploads/' || n || '.webm', n % 600,
                   'completed', 0, datetime('2026-01-01', '+' || n || ' seconds'), datetime('2026-01-02', '+' || n || ' seconds'),
                   'Patient reports mild cough since ' || (n % 14) || ' days, no fever. Paracetamol 500 mg as needed.',
                   '{"passed": true, "score": 0.9, "issues": [], "checks_performed": ["confidence_threshold"]}'
            FROM number
            """;

    private OldClinicalFile() {}

    static void write(Path file, int recordings) throws SQLException {
        try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement define = sqlite.createStatement()) {
            define.execute(OLD_RECORDINGS);
            try (PreparedStatement fill = sqlite.prepareStatement(RECORDINGS)) {
                fill.setInt(1, recordings);
                fill.executeUpdate();
            }
        }
    }
}
