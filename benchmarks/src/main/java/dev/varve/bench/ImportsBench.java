package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Old stores taken over by the command that operators call, each time into a new database, by its own report. */
final class ImportsBench {

    private static final int ROWS = 100_000;
    private static final double GOAL = 10_000;

    private static final String OLD_TRANSIT = """
            CREATE TABLE stations (station_id varchar(64) PRIMARY KEY, name varchar(255), place varchar(255),
                latitude float, longitude float, transport_modes varchar(32)[], timezone varchar(64), created_at timestamptz);
            CREATE TABLE transit_lines (line_id varchar(32) PRIMARY KEY, transport_mode varchar(16), created_at timestamptz);
            CREATE TABLE departure_observations (
                id bigserial PRIMARY KEY, station_id varchar(64), line_id varchar(32), destination varchar(255),
                planned_departure timestamptz, delay_seconds int, platform varchar(16), transport_mode varchar(16),
                status varchar(16), remarks varchar(255)[], created_at timestamptz);
            INSERT INTO stations SELECT 's' || n, 'Station ' || n, 'Town', 48, 11, '{BUS}', 'Europe/Berlin',
                timestamptz '2025-10-01 06:00+00' FROM generate_series(0, 99) n;
            INSERT INTO transit_lines SELECT 'L' || n, 'BUS', timestamptz '2025-10-01 06:00+00' FROM generate_series(0, 19) n;
            INSERT INTO departure_observations
                (station_id, line_id, destination, planned_departure, delay_seconds, platform, transport_mode, status,
                 remarks, created_at)
            SELECT 's' || n %% 100, 'L' || n %% 20, 'Somewhere', timestamptz '2025-10-02 06:00+00' + n * interval '1 second',
                   n %% 3 * 60, '1', 'BUS', CASE n %% 3 WHEN 0 THEN 'on_time' ELSE 'delayed' END, '{}',
                   timestamptz '2025-10-02 05:00+00' + n * interval '1 second'
            FROM generate_series(1, %d) n;
            """.formatted(ROWS - 120);

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
            WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < %d)
            SELECT printf('%%032x', n), 'patient-' || n %% 2000, 'clinician-' || n %% 50, '/uploads/' || n || '.webm', n %% 600,
                   'completed', 0, datetime('2026-01-01', '+' || n || ' seconds'), datetime('2026-01-02', '+' || n || ' seconds'),
                   'Patient reports mild cough since ' || n %% 14 || ' days, no fever. Paracetamol 500 mg as needed.',
                   '{"passed": true, "score": 0.9, "issues": [], "checks_performed": ["confidence_threshold"]}'
            FROM number
            """.formatted(ROWS);

    private final Run run;

    ImportsBench(Run run) {
        this.run = run;
    }

    void run() throws Exception {
        transit();
        recordings();
    }

    private void transit() throws Exception {
        String transit = "import transit, 100,000 rows";
        Contest contest = new Contest(run);
        if (!contest.wants(transit)) {
            return;
        }
        try (HikariDataSource old = run.server().newDatabase(4)) {
            execute(old, OLD_TRANSIT);
            contest.measure("transit", () -> rate("transit", "--postgres", old.getJdbcUrl()))
                    .row(transit, "rows/s", "transit", new Goal.AtLeast(GOAL))
                    .run();
        }
    }

    private void recordings() throws Exception {
        String recordings = "import recordings, 100,000 rows of 2,000 patients";
        Contest contest = new Contest(run);
        if (!contest.wants(recordings)) {
            return;
        }
        Path folder = Files.createTempDirectory("varve-bench-imports-");
        try {
            Path old = folder.resolve("clinical.db");
            try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + old);
                    Statement statement = sqlite.createStatement()) {
                statement.execute(OLD_RECORDINGS);
                statement.execute(RECORDINGS);
            }
            contest.measure("recordings", () -> rate("recordings", "--sqlite", old.toString()))
                    .row(recordings, "rows/s", "recordings", new Goal.AtLeast(GOAL))
                    .run();
        } finally {
            remove(folder);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private double rate(String... what) throws SQLException, IOException, InterruptedException {
        Path folder = Files.createTempDirectory("varve-bench-persons-");
        try (HikariDataSource target = run.server().newDatabase(4)) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Daxoniq.update-checker.disabled=true"));
            command.addAll(List.of(
                    "-Dvarve.personal-data.key-folder=" + folder.resolve("keys"),
                    "-Dvarve.personal-files.folder=" + folder.resolve("files"),
                    "-cp",
                    applicationClassPath(),
                    "dev.varve.app.Varve",
                    "import"));
            command.addAll(List.of(what));
            command.addAll(List.of("--json", "--quiet", "--database-url", target.getJdbcUrl()));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("the import failed: " + printed);
            }
            JsonNode report = JsonMapper.shared().readTree(printed);
            if (report.get("recorded").asLong() != ROWS || !report.get("equal").asBoolean()) {
                throw new IllegalStateException("not every row was accounted for: " + printed);
            }
            return ROWS / report.get("seconds").asDouble();
        } finally {
            remove(folder);
        }
    }

    /** Without the benchmarks themselves, which the application would find and take for a part of it. */
    private static String applicationClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Files.exists(Path.of(entry, "dev", "varve", "bench")))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void execute(HikariDataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
