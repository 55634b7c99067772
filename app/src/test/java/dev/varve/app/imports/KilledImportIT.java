package dev.varve.app.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import dev.varve.testkit.faults.NodeProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Imports that are killed half-way and repeated end as those that were left alone. */
@Isolated("folders are settings of the process")
class KilledImportIT {

    /** So many that the read models follow when all is written. */
    private static final int ROWS = 10_000;

    private static final int SOME = 300;
    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void recordings() throws Exception {
        Path file = OldRecordingsFile.withRows(folder, ROWS);
        killedAndRepeatedEndsTheSame(List.of("recordings", "--sqlite", file.toString()), ROWS);
    }

    @Test
    void transit() throws Exception {
        TestDatabase old = OldTransitTables.withDepartures(ROWS);
        killedAndRepeatedEndsTheSame(
                List.of("transit", "--postgres", CalledImport.withCredentials(old)),
                ROWS + OldTransitTables.STATIONS_AND_LINES);
    }

    private void killedAndRepeatedEndsTheSame(List<String> what, int rows) throws Exception {
        TestDatabase undisturbed = TestDatabase.migrated();
        CalledImport whole = CalledImport.into(undisturbed, folder, what);
        assertThat(whole.counts()).isEqualTo("read %d, recorded %1$d, unchanged 0, rejected 0".formatted(rows));
        assertThat(whole.json().get("equal").asBoolean()).isTrue();

        TestDatabase killed = TestDatabase.migrated();
        long before = killedHalfWay(killed, what);
        CalledImport repeated = CalledImport.into(killed, folder, what);

        assertThat(repeated.exitCode()).as(repeated.printed()).isZero();
        assertThat(repeated.json().get("read").asInt()).isEqualTo(rows);
        assertThat(repeated.json().get("rejected").asInt()).isZero();
        assertThat(repeated.json().get("unchanged").asInt())
                .as("%d events were there", before)
                .isPositive()
                .isLessThan(rows);
        assertThat(repeated.json().get("checksums")).isEqualTo(whole.json().get("checksums"));
        assertThat(repeated.json().get("equal").asBoolean()).isTrue();
        assertThat(streams(killed)).isEqualTo(streams(undisturbed));

        List<String> log = streams(killed);
        assertThat(CalledImport.into(killed, folder, what).counts())
                .isEqualTo("read %d, recorded 0, unchanged %1$d, rejected 0".formatted(rows));
        assertThat(streams(killed)).isEqualTo(log);
    }

    private long killedHalfWay(TestDatabase database, List<String> what) throws Exception {
        holdBatchesAfterTheFirst(database);
        List<String> arguments = new ArrayList<>(List.of(folder.toString(), "import"));
        arguments.addAll(what);
        arguments.addAll(List.of("--quiet", "--database-url", CalledImport.withCredentials(database)));
        try (NodeProcess node =
                NodeProcess.start("import", ImportingNode.class, folder.resolve("import.log"), arguments)) {
            Awaitility.await()
                    .atMost(LONGEST_START)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> events(database) > SOME || !node.isAlive());
            assertThat(node.isAlive()).as("it is killed, and did not end").isTrue();
            node.kill();
        }
        letGo(database);
        return events(database);
    }

    /** So that it cannot come to its end before it is killed, however late that is noticed. */
    private static void holdBatchesAfterTheFirst(TestDatabase database) throws SQLException {
        execute(database, """
                CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF (SELECT min(position) FROM added) > %d THEN
                        PERFORM pg_sleep(600);
                    END IF;
                    RETURN NULL;
                END $$
                """.formatted(SOME));
        execute(
                database,
                "CREATE TRIGGER hold AFTER INSERT ON event_store.event REFERENCING NEW TABLE AS added"
                        + " FOR EACH STATEMENT EXECUTE FUNCTION public.hold()");
    }

    /** The server does not notice that whoever it works for is gone. */
    private static void letGo(TestDatabase database) throws SQLException {
        execute(
                database,
                "SELECT pg_terminate_backend(pid, 10_000) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event = 'PgSleep'");
        execute(database, "DROP TRIGGER hold ON event_store.event");
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long events(TestDatabase database) throws Exception {
        return Long.parseLong(CalledImport.rows(database, "SELECT count(*) FROM event_store.event")
                .getFirst());
    }

    /** What was said of the imported things, without the runs, whose second pass is said, too. */
    private static List<String> streams(TestDatabase database) throws Exception {
        return CalledImport.rows(database, """
                SELECT stream_type, count(*), count(DISTINCT stream_id), md5(string_agg(stream_id || version || type
                           || coalesce(convert_from(metadata, 'UTF8')::jsonb ->> 'occurredAt', ''), ','
                           ORDER BY stream_id, version))
                FROM event_store.event WHERE stream_type !~* 'ingestion' GROUP BY 1 ORDER BY 1""");
    }
}
