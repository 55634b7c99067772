package dev.varve.app.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.app.cli.CommandLineInterface;
import dev.varve.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ImportTransitIT {

    private final TestDatabase database = TestDatabase.migrated();

    @Test
    void every_row_is_written_or_rejected_with_table_key_and_reason() throws Exception {
        Answer first = importing(OldTransitTables.withRows());

        assertThat(first.exitCode).isZero();
        assertThat(counts(first.json)).isEqualTo("read 18, recorded 13, unchanged 0, rejected 5");
        assertThat(rejections(first.json))
                .containsExactlyInAnyOrder(
                        "stations/de:09162:9: latitude must be from -90.0 to 90.0, was 148.14",
                        "departure_observations/5: crowdingLevel must be from 0 to 100, was 101",
                        "departure_observations/6: station_id names de:09162:9, which is not in stations or was rejected there",
                        "departure_observations/7: plannedAt must be from 2000-01-01T00:00:00Z to before 2100-01-01T00:00:00Z,"
                                + " was +1000000000-01-01T17:59:59.999999999Z",
                        "route_snapshots/3: itineraries must be JSON objects");
        assertThat(first.json.get("notes").toString())
                .contains(
                        "weather_observations: 1 rows are not taken over",
                        "transport mode 'TELEPORTER' is not known and taken as OTHER, 1 times");
        assertThat(first.json.get("equal").asBoolean()).isTrue();
        assertThat(first.json.get("checksums")).hasSize(5);
    }

    @Test
    void events_keep_the_old_times_and_what_has_no_place_in_them_and_the_rows_of_a_stream_their_order()
            throws Exception {
        importing(OldTransitTables.withRows());

        assertThat(rows("""
                SELECT e.type, convert_from(e.metadata, 'UTF8')::jsonb ->> 'importedFrom',
                       convert_from(e.metadata, 'UTF8')::jsonb ->> 'occurredAt'
                FROM event_store.event e JOIN transit.departure d ON e.stream_id = 'transit.departure/' || d.departure_id
                WHERE d.destination = 'Fürstenried West' ORDER BY e.version"""))
                .containsExactly(
                        "transit.departure-planned departure_observations/1 2025-10-02T06:00:10.123456Z",
                        "transit.departure-delayed departure_observations/1 2025-10-02T06:00:10.123456Z",
                        "transit.departure-remarks-changed departure_observations/1 2025-10-02T06:00:10.123456Z",
                        "transit.departure-occupancy-changed departure_observations/1 2025-10-02T06:00:10.123456Z",
                        "transit.departure-delayed departure_observations/2 2025-10-02T06:00:40Z",
                        "transit.departure-remarks-changed departure_observations/2 2025-10-02T06:00:40Z",
                        "transit.departure-occupancy-changed departure_observations/2 2025-10-02T06:00:40Z");
        assertThat(rows("""
                SELECT convert_from(metadata, 'UTF8')::jsonb ->> 'original.updated_at' FROM event_store.event
                WHERE stream_id = 'transit.station/de:09162:2'""")).containsExactly("2025-10-03T06:00:00Z");
        assertThat(rows("""
                SELECT destination, delay_seconds, status, crowding_level FROM transit.departure ORDER BY planned_at"""))
                .containsExactly(
                        "Fürstenried West 180 delayed 60", "Kreuzstraße null cancelled null", "Ost 0 on_time null");
        assertThat(rows("SELECT ingestion_run_id, status FROM transit.ingestion_run WHERE job_name <> 'import transit'"
                        + " ORDER BY 1"))
                .containsExactly("old-transit-run-7 SUCCESS", "old-transit-run-8 FAILED", "old-transit-run-9 RUNNING");
    }

    @Test
    void a_second_run_writes_nothing_and_a_third_only_what_is_new() throws Exception {
        TestDatabase old = OldTransitTables.withRows();
        importing(old);
        List<String> head = rows("SELECT max(position) FROM event_store.event");

        Answer dry = importing(old, "--dry-run");
        Answer second = importing(old);

        assertThat(counts(dry.json)).isEqualTo("read 18, recorded 0, unchanged 13, rejected 5");
        assertThat(counts(second.json)).isEqualTo("read 18, recorded 0, unchanged 13, rejected 5");
        assertThat(second.json.get("equal").asBoolean()).isTrue();
        assertThat(rows("SELECT max(position) FROM event_store.event")).isEqualTo(head);

        OldTransitTables.execute(old, "INSERT INTO transit_lines VALUES ('U6', 'UBAHN')");
        assertThat(counts(importing(old).json)).isEqualTo("read 19, recorded 1, unchanged 13, rejected 5");
        assertThat(rows("SELECT status, records_recorded FROM transit.ingestion_run WHERE job_name = 'import transit'"
                        + " ORDER BY started_at"))
                .containsExactly("SUCCESS 13", "SUCCESS 1");
    }

    @Test
    void an_older_schema_is_read_and_what_it_lacks_is_said() throws Exception {
        Answer answer = importing(OldTransitTables.older());

        assertThat(answer.exitCode).isZero();
        assertThat(counts(answer.json)).isEqualTo("read 7, recorded 5, unchanged 0, rejected 2");
        assertThat(rejections(answer.json))
                .containsExactlyInAnyOrder(
                        "ingestion_runs/2: status must be one of [RUNNING, RETRYING, SUCCESS, FAILED]",
                        "departure_observations/2: line_id names R3, which is not in transit_lines or was rejected there");
        assertThat(answer.json.get("notes").toString())
                .contains(
                        "there is no table route_snapshots",
                        "stations lacks created_at, place, timezone, transport_modes, updated_at: taken as empty",
                        "stations has columns that are not known, kept in the events' metadata: wheelchair");
        assertThat(answer.json.get("equal").asBoolean()).isTrue();
        assertThat(rows("SELECT mode, planned_at AT TIME ZONE 'UTC', status FROM transit.departure"))
                .containsExactly("REGIONAL 2025-01-02 06:10:00.0 on_time");
    }

    @Test
    void a_database_that_is_something_else_changes_nothing() {
        TestDatabase other = TestDatabase.empty();

        assertThat(exitCode(new ByteArrayOutputStream(), other)).isOne();
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(found.getObject(i)));
                }
                rows.add(String.join(" ", row));
            }
        }
        return rows;
    }

    private static String counts(JsonNode json) {
        return "read %s, recorded %s, unchanged %s, rejected %s"
                .formatted(json.get("read"), json.get("recorded"), json.get("unchanged"), json.get("rejected"));
    }

    private static List<String> rejections(JsonNode json) {
        List<String> rejections = new ArrayList<>();
        json.get("rejections")
                .forEach(rejection -> rejections.add(rejection.get("file").asString() + ": "
                        + rejection.get("reason").asString()));
        return rejections;
    }

    private Answer importing(TestDatabase old, String... more) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int exitCode = exitCode(printed, old, more);
        return new Answer(exitCode, JsonMapper.shared().readTree(printed.toString(StandardCharsets.UTF_8)));
    }

    private int exitCode(ByteArrayOutputStream printed, TestDatabase old, String... more) {
        List<String> arguments = new ArrayList<>(List.of("import", "transit", "--json", "--quiet"));
        arguments.addAll(List.of(
                "--postgres", "postgresql+asyncpg" + withCredentials(old).substring("jdbc:postgresql".length())));
        arguments.addAll(List.of("--database-url", withCredentials(database)));
        arguments.addAll(List.of(more));
        PrintStream out = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            return CommandLineInterface.run(arguments.toArray(String[]::new));
        } finally {
            System.setOut(out);
        }
    }

    private static String withCredentials(TestDatabase database) {
        String url = database.jdbcUrl();
        return "%s%suser=%s&password=%s"
                .formatted(url, url.contains("?") ? "&" : "?", database.user(), database.password());
    }

    record Answer(int exitCode, JsonNode json) {}
}
