package dev.varve.app.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("folders are settings of the process")
class ImportRecordingsIT {

    private static final String EVENTS = """
            SELECT stream_id, convert_from(metadata, 'UTF8')::jsonb ->> 'importedFrom',
                   convert_from(metadata, 'UTF8')::jsonb ->> 'occurredAt'
            FROM event_store.event ORDER BY stream_id""";

    private final TestDatabase database = TestDatabase.migrated();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void every_row_of_the_newest_schema_is_written_or_rejected_with_its_reason() throws Exception {
        CalledImport answer = importing(OldRecordingsFile.third(folder));

        assertThat(answer.exitCode()).as(answer.printed()).isZero();
        assertThat(answer.counts()).isEqualTo("read 7, recorded 2, unchanged 0, rejected 5");
        assertThat(answer.rejections())
                .containsExactlyInAnyOrder(
                        "recordings/3f0e0000-0000-4000-8000-000000000003: verification_results is not JSON: it breaks at line 1, column 12",
                        "recordings/row 5: id must be a UUID",
                        "recordings/3f0e0000-0000-4000-8000-000000000005: status must be one of"
                                + " [pending, uploading, queued, processing, completed, error]",
                        "recordings/3f0e0000-0000-4000-8000-000000000006: created_at must be a time such as"
                                + " 2026-02-23 04:18:10.123456, with or without an offset",
                        "recordings/3f0e0000-0000-4000-8000-000000000001: id is that of another row, spelled differently");
        assertThat(answer.json().get("notes").toString()).contains("not known and not taken over: mood");
        assertThat(CalledImport.rows(database, EVENTS))
                .containsExactly(
                        "clinical.recording/3f0e0000-0000-4000-8000-000000000001"
                                + " recordings/3f0e0000-0000-4000-8000-000000000001 2026-02-23T04:18:10.123456Z",
                        "clinical.recording/3f0e0000-0000-4000-8000-000000000002"
                                + " recordings/3f0e0000-0000-4000-8000-000000000002 2026-02-23T04:18:11Z");
    }

    @Test
    void what_says_something_of_a_patient_is_nowhere_in_the_log_as_it_was_written() throws Exception {
        importing(OldRecordingsFile.third(folder));

        assertThat(CalledImport.rows(database, """
                SELECT count(*) FROM event_store.event
                WHERE convert_from(payload, 'UTF8') || convert_from(metadata, 'UTF8')
                    ~ 'patient-00|coughs|Unknown medication|resourceType'""")).containsExactly("0");
    }

    @Test
    void a_second_run_of_any_schema_writes_nothing() throws Exception {
        for (Path file : List.of(OldRecordingsFile.first(folder), OldRecordingsFile.second(folder))) {
            importing(file);
            assertThat(importing(file).counts()).isEqualTo("read 7, recorded 0, unchanged 2, rejected 5");
        }
        assertThat(CalledImport.rows(database, "SELECT max(position) FROM event_store.event"))
                .containsExactly("2");
        assertThat(CalledImport.rows(database, "SELECT action FROM event_store.operator_action"))
                .containsExactly("import");
    }

    @Test
    void a_dry_run_foresees_the_real_one_and_makes_no_key() throws Exception {
        Path file = OldRecordingsFile.third(folder);

        CalledImport dry = importing(file, "--dry-run");

        assertThat(keys()).isEmpty();
        assertThat(CalledImport.rows(database, "SELECT count(*) FROM event_store.event"))
                .containsExactly("0");
        assertThat(dry.counts())
                .isEqualTo("read 7, recorded 2, unchanged 0, rejected 5")
                .isEqualTo(importing(file).counts());
        assertThat(keys()).isNotEmpty();
        assertThat(importing(file, "--dry-run").counts()).isEqualTo("read 7, recorded 0, unchanged 2, rejected 5");
    }

    private List<Path> keys() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".key")).toList();
        }
    }

    @Test
    void rows_in_the_write_ahead_log_are_read_and_nothing_of_the_file_changes() throws Exception {
        Path source = Files.createDirectory(folder.resolve("source"));
        try (Connection open = OldRecordingsFile.openedInWalMode(source.resolve("clinical.db"))) {
            assertThat(open.isClosed()).isFalse();
            Path copy = Files.createDirectory(folder.resolve("read-only"));
            Files.copy(source.resolve("clinical.db"), copy.resolve("clinical.db"));
            Files.copy(source.resolve("clinical.db-wal"), copy.resolve("clinical.db-wal"));
            Map<String, String> before = content(copy);
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("r-xr-xr-x"));
            try {
                assertThat(importing(copy.resolve("clinical.db")).counts())
                        .isEqualTo("read 7, recorded 2, unchanged 0, rejected 5");
                assertThat(content(copy)).isEqualTo(before);
            } finally {
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    @Test
    void the_order_is_that_of_the_times_and_not_of_how_they_are_written() throws Exception {
        Path file = OldRecordingsFile.ofTimes(
                folder,
                List.of(
                        "2026-02-23T04:18:10Z",
                        "2026-02-23 04:18:11.5",
                        "2026-02-23T06:18:11+02:00",
                        "2026-02-23 04:18:12"));

        assertThat(CalledImport.into(database, folder, List.of("recordings", "--sqlite", file.toString(), "--in-order"))
                        .counts())
                .isEqualTo("read 4, recorded 4, unchanged 0, rejected 0");
        assertThat(CalledImport.rows(database, """
                SELECT convert_from(metadata, 'UTF8')::jsonb ->> 'occurredAt' FROM event_store.event ORDER BY position"""))
                .containsExactly(
                        "2026-02-23T04:18:10Z",
                        "2026-02-23T04:18:11Z",
                        "2026-02-23T04:18:11.500Z",
                        "2026-02-23T04:18:12Z");
    }

    @Test
    void a_file_that_is_something_else_changes_nothing() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.db"), "not a database");

        assertThat(importing(text).exitCode()).isOne();
        assertThat(importing(folder.resolve("nowhere.db")).exitCode()).isOne();
        assertThat(CalledImport.rows(database, "SELECT count(*) FROM event_store.event"))
                .containsExactly("0");
    }

    private CalledImport importing(Path file, String... more) {
        return CalledImport.into(
                database,
                folder,
                Stream.concat(Stream.of("recordings", "--sqlite", file.toString()), Stream.of(more))
                        .toList());
    }

    private static Map<String, String> content(Path folder) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                content.put(
                        String.valueOf(file.getFileName()),
                        java.util.HexFormat.of().formatHex(Files.readAllBytes(file)) + Files.getLastModifiedTime(file));
            }
        }
        return content;
    }
}
