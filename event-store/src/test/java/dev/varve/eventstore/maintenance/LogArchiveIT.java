package dev.varve.eventstore.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.ArchivedEventsException;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.testkit.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogArchiveIT {

    private final SmallLog log = SmallLog.of(TestDatabase.migrated(), 10);

    @TempDir
    private Path folder;

    private LogArchive archive = new LogArchive(log.dataSource(), Path.of("."));

    @BeforeEach
    void fill() throws Exception {
        archive = new LogArchive(log.dataSource(), folder);
        log.append("old", 0, 12);
        log.append("new", 0, 3);
        new LogMaintenance(log.dataSource()).seal();
    }

    @Test
    void a_partition_becomes_a_file_that_can_be_read() throws Exception {
        List<Path> manifests = archive.archive(11, true, "cli:ada", "space");

        assertThat(manifests).hasSize(1);
        ArchiveManifest manifest = ArchiveManifest.read(manifests.getFirst());
        assertThat(List.of(manifest.from(), manifest.to(), manifest.events())).containsExactly(1L, 10L, 10L);
        List<Map<String, @Nullable Object>> events = new ArrayList<>();
        ArchivedEvents.forEach(folder.resolve(manifest.data()), events::add);
        assertThat(events).hasSize(10);
        assertThat(events.getFirst())
                .containsEntry("position", 1L)
                .containsEntry("stream_id", "old")
                .containsEntry("payload", "{\"n\":1}")
                .containsEntry("recorded_at", "2026-03-01T12:00:00Z");
        assertThat(log.numbers("SELECT min(position), max(position) FROM event_store.event"))
                .containsExactly(List.of(11L, 15L));
        assertThat(log.numbers("SELECT count(*) FROM event_store.operator_action WHERE action = 'log.archive'"))
                .containsExactly(List.of(1L));
    }

    @Test
    void it_can_be_put_back() throws Exception {
        String before = log.numbers("SELECT sum(hashtext(e::text)) FROM event_store.event e")
                .toString();
        Path manifest = archive.archive(11, true, "cli:ada", null).getFirst();

        archive.attach(manifest.getFileName().toString(), "cli:ada", null);

        assertThat(log.numbers("SELECT sum(hashtext(e::text)) FROM event_store.event e"))
                .hasToString(before);
        log.append("old", 12, 1);
    }

    @Test
    void what_is_not_there_any_more_is_said_clearly() throws Exception {
        archive.archive(11, true, "cli:ada", null);
        LogSignals signals = new LogSignals();
        try (PostgresEventLog events = new PostgresEventLog(log.dataSource(), AppendSettings.defaults(), signals)) {
            assertThat(events.tail()).isEqualTo(10);
            assertThat(events.read(10, 100)).hasSize(5);
            assertThat(events.readStream("new", 0, 100)).hasSize(3);
            assertThat(events.readStream("old", 12, 100)).isEmpty();
            assertThat(events.readStream("nobody", 0, 100)).isEmpty();
            assertThatThrownBy(() -> events.read(3, 100))
                    .isInstanceOf(ArchivedEventsException.class)
                    .hasMessageContaining("position 4 was archived: the log begins at position 11");
            signals.seen(15);
            assertThatThrownBy(() -> events.read(3, 2)).isInstanceOf(ArchivedEventsException.class);
            assertThatThrownBy(() -> events.readStream("old", 0, 100))
                    .isInstanceOf(ArchivedEventsException.class)
                    .hasMessageContaining("stream old from version 0 was archived");
            assertThatThrownBy(() -> events.readStreamWithSnapshot("old", 100))
                    .isInstanceOf(ArchivedEventsException.class)
                    .hasMessageContaining("stream old from version 0 was archived");
            assertThat(events.readStreamWithSnapshot("new", 100)).hasSize(3);
            assertThat(events.readStreamWithSnapshot("nobody", 100)).isEmpty();
        }
    }

    @Test
    void a_stream_that_could_not_be_loaded_any_more_is_counted() {
        assertThatThrownBy(() -> archive.archive(11, false, "cli:ada", null))
                .isInstanceOf(ArchiveRefused.class)
                .hasMessageStartingWith("1 streams")
                .hasMessageContaining("--close-streams");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void a_processor_that_has_not_read_it_is_named() {
        log.run("INSERT INTO event_store.token VALUES ('slow', 0, 7, null, null, null, now())");

        assertThatThrownBy(() -> archive.archive(11, true, "cli:ada", null))
                .isInstanceOf(ArchiveRefused.class)
                .hasMessageContaining("slow/0 at 7");
    }

    @Test
    void the_end_of_the_log_stays() throws Exception {
        log.append("new", 3, 5);
        new LogMaintenance(log.dataSource()).seal();

        assertThat(archive.archive(1_000, true, "cli:ada", null)).hasSize(1);
    }

    @Test
    void a_rebuild_that_has_not_read_it_is_named() {
        rebuild("filling", 7);

        assertThatThrownBy(() -> archive.archive(11, true, "cli:ada", null))
                .isInstanceOf(ArchiveRefused.class)
                .hasMessageContaining("(filling) at 7");
    }

    @Test
    void rebuilds_that_are_over_or_further_need_nothing() throws Exception {
        rebuild("cancelled", 7);
        rebuild("catching-up", 10);

        assertThat(archive.archive(11, true, "cli:ada", null)).hasSize(1);
    }

    @Test
    void a_replay_that_has_not_read_it_is_named() {
        replay("orders", "paused", 3, 20);

        assertThatThrownBy(() -> archive.archive(11, true, "cli:ada", null))
                .isInstanceOf(ArchiveRefused.class)
                .hasMessageContaining("(paused) of orders at 3");
    }

    @Test
    void replays_that_are_over_or_further_need_nothing() throws Exception {
        replay("orders", "cancelled", 3, 20);
        replay("invoices", "running", 7, 7);
        replay("payments", "running", 15, 20);

        assertThat(archive.archive(11, true, "cli:ada", null)).hasSize(1);
    }

    private void replay(String projection, String state, long position, long upTo) {
        log.run("""
                CREATE TABLE IF NOT EXISTS projection.replay (
                    id bigint GENERATED ALWAYS AS IDENTITY, projection text, after_position bigint, to_position bigint, types text[],
                    streams text[], dry_run boolean, state text, position bigint, asked_by text, ended_at timestamptz)
                """);
        log.run("""
                INSERT INTO projection.replay
                    (projection, after_position, to_position, types, streams, dry_run, state, position, asked_by, ended_at)
                VALUES ('%s', 0, %d, '{}', '{}', false, '%s', %d, 'ada', CASE WHEN '%s' = 'cancelled' THEN now() END)
                """.formatted(projection, upTo, state, position, state));
    }

    // The columns that matter, where projections have not brought their own.
    private void rebuild(String state, long position) {
        log.run("""
                CREATE TABLE IF NOT EXISTS projection.rebuild (
                    id bigint GENERATED ALWAYS AS IDENTITY, state text, switch_itself boolean, compare boolean, position bigint, asked_by text)
                """);
        log.run("CREATE TABLE IF NOT EXISTS projection.rebuild_part (rebuild bigint, old_position bigint)");
        log.run(
                "INSERT INTO projection.rebuild (state, switch_itself, compare, position, asked_by) VALUES ('%s', false, false, %d, 'ada')"
                        .formatted(state, position));
    }

    @Test
    void what_was_interrupted_in_the_middle_of_detaching_is_ended() throws Exception {
        try (Connection reader = log.dataSource().getConnection();
                Statement reading = reader.createStatement();
                Connection detacher = log.dataSource().getConnection();
                Statement detaching = detacher.createStatement()) {
            reader.setAutoCommit(false);
            reading.execute("SELECT count(*) FROM event_store.event");
            detaching.execute("SET statement_timeout = '500ms'");
            assertThatThrownBy(
                            () -> detaching.execute(
                                    "ALTER TABLE event_store.event DETACH PARTITION event_store.event_000000000000001 CONCURRENTLY"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            reader.rollback();
        }
        assertThat(log.numbers("SELECT count(*) FROM pg_inherits WHERE inhdetachpending"))
                .containsExactly(List.of(1L));

        List<Path> manifests = archive.archive(1, true, "cli:ada", null);

        assertThat(ArchiveManifest.read(manifests.getFirst()).events()).isEqualTo(10);
        assertThat(log.numbers("SELECT count(*) FROM pg_class WHERE relname = 'event_000000000000001'"))
                .containsExactly(List.of(0L));
        archive.attach(manifests.getFirst().getFileName().toString(), "cli:ada", null);
        assertThat(log.numbers("SELECT min(position), max(position) FROM event_store.event"))
                .containsExactly(List.of(1L, 15L));
    }

    @Test
    void a_file_that_is_no_manifest_is_named() throws Exception {
        ArchiveManifest manifest =
                ArchiveManifest.read(archive.archive(11, true, "cli:ada", null).getFirst());

        assertThatThrownBy(() -> archive.attach(manifest.data(), "cli:ada", null))
                .isInstanceOf(ArchiveRefused.class)
                .hasMessage(folder.resolve(manifest.data()) + " is not the manifest (.json) of an archive");
        assertThatThrownBy(() -> archive.attach("none.json", "cli:ada", null))
                .isInstanceOf(ArchiveRefused.class)
                .hasMessage("there is no file " + folder.resolve("none.json"));
    }

    @Test
    void what_was_interrupted_after_detaching_is_ended() throws Exception {
        log.run("ALTER TABLE event_store.event DETACH PARTITION event_store.event_000000000000001");

        assertThat(archive.archive(1, true, "cli:ada", null)).hasSize(1);

        assertThat(log.numbers("SELECT count(*) FROM pg_class WHERE relname = 'event_000000000000001'"))
                .containsExactly(List.of(0L));
    }

    @Test
    void a_file_that_was_damaged_is_not_attached() throws Exception {
        Path manifest = archive.archive(11, true, "cli:ada", null).getFirst();
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replaceFirst("\"digest\" : \"....", "\"digest\" : \"0000"));

        assertThatThrownBy(() -> archive.attach(manifest.getFileName().toString(), "cli:ada", null))
                .isInstanceOf(ArchiveRefused.class);
        assertThat(log.numbers("SELECT min(position) FROM event_store.event")).containsExactly(List.of(11L));
    }
}
