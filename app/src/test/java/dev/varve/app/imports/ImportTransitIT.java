package dev.varve.app.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("folders are settings of the process")
class ImportTransitIT {

    private final TestDatabase database = TestDatabase.migrated();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void every_row_is_written_or_rejected_with_table_key_and_reason() throws Exception {
        CalledImport first = importing(OldTransitTables.withRows());

        assertThat(first.exitCode()).isZero();
        assertThat(first.counts()).isEqualTo("read 18, recorded 13, unchanged 0, rejected 5");
        assertThat(first.rejections())
                .containsExactlyInAnyOrder(
                        "stations/de:09162:9: latitude must be from -90.0 to 90.0, was 148.14",
                        "departure_observations/5: crowdingLevel must be from 0 to 100, was 101",
                        "departure_observations/6: station_id names de:09162:9, which is not in stations or was rejected there",
                        "departure_observations/7: plannedAt must be from 2000-01-01T00:00:00Z to before 2100-01-01T00:00:00Z,"
                                + " was +1000000000-01-01T17:59:59.999999999Z",
                        "route_snapshots/3: itineraries must be JSON objects");
        assertThat(first.json().get("notes").toString())
                .contains(
                        "weather_observations: 1 rows are not taken over",
                        "transport mode 'TELEPORTER' is not known and taken as OTHER, 1 times");
        assertThat(first.json().get("equal").asBoolean()).isTrue();
        assertThat(first.json().get("checksums")).hasSize(5);
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

        CalledImport dry = importing(old, "--dry-run");
        CalledImport second = importing(old);

        assertThat(dry.counts()).isEqualTo("read 18, recorded 0, unchanged 13, rejected 5");
        assertThat(second.counts()).isEqualTo("read 18, recorded 0, unchanged 13, rejected 5");
        assertThat(second.json().get("equal").asBoolean()).isTrue();
        assertThat(rows("SELECT max(position) FROM event_store.event")).isEqualTo(head);

        OldTransitTables.execute(old, "INSERT INTO transit_lines VALUES ('U6', 'UBAHN')");
        assertThat(importing(old).counts()).isEqualTo("read 19, recorded 1, unchanged 13, rejected 5");
        assertThat(rows("SELECT status, records_recorded FROM transit.ingestion_run WHERE job_name = 'import transit'"
                        + " ORDER BY started_at"))
                .containsExactly("SUCCESS 13", "SUCCESS 1");
    }

    @Test
    void an_older_schema_is_read_and_what_it_lacks_is_said() throws Exception {
        CalledImport answer = importing(OldTransitTables.older());

        assertThat(answer.exitCode()).isZero();
        assertThat(answer.counts()).isEqualTo("read 7, recorded 5, unchanged 0, rejected 2");
        assertThat(answer.rejections())
                .containsExactlyInAnyOrder(
                        "ingestion_runs/2: status must be one of [RUNNING, RETRYING, SUCCESS, FAILED]",
                        "departure_observations/2: line_id names R3, which is not in transit_lines or was rejected there");
        assertThat(answer.json().get("notes").toString())
                .contains(
                        "there is no table route_snapshots",
                        "stations lacks created_at, place, timezone, transport_modes, updated_at: taken as empty",
                        "stations has columns that are not known, kept in the events' metadata: wheelchair");
        assertThat(answer.json().get("equal").asBoolean()).isTrue();
        assertThat(rows("SELECT mode, planned_at AT TIME ZONE 'UTC', status FROM transit.departure"))
                .containsExactly("REGIONAL 2025-01-02 06:10:00.0 on_time");
    }

    @Test
    void a_database_that_is_something_else_changes_nothing() {
        TestDatabase other = TestDatabase.empty();

        assertThat(importing(other).exitCode()).isOne();
    }

    private List<String> rows(String sql) throws SQLException {
        return CalledImport.rows(database, sql);
    }

    private CalledImport importing(TestDatabase old, String... more) {
        List<String> what = new ArrayList<>(List.of("transit", "--postgres"));
        what.add("postgresql+asyncpg" + CalledImport.withCredentials(old).substring("jdbc:postgresql".length()));
        what.addAll(List.of(more));
        return CalledImport.into(database, folder, what);
    }
}
