package dev.varve.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

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
            OldClinicalFile.write(old, ROWS);
            contest.measure("recordings", () -> rate("recordings", "--sqlite", old.toString()))
                    .row(recordings, "rows/s", "recordings", new Goal.AtLeast(GOAL))
                    .run();
        } finally {
            CalledVarve.remove(folder);
        }
    }

    private double rate(String... what) throws SQLException, IOException, InterruptedException {
        Path folder = Files.createTempDirectory("varve-bench-persons-");
        try (HikariDataSource target = run.server().newDatabase(4)) {
            List<String> command = new ArrayList<>(List.of("import"));
            command.addAll(List.of(what));
            command.addAll(List.of("--json", "--quiet", "--database-url", target.getJdbcUrl()));
            JsonNode report = CalledVarve.json(folder, command);
            if (report.get("recorded").asLong() != ROWS || !report.get("equal").asBoolean()) {
                throw new IllegalStateException("not every row was accounted for: " + report);
            }
            return ROWS / report.get("seconds").asDouble();
        } finally {
            CalledVarve.remove(folder);
        }
    }

    private static void execute(HikariDataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
