package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.append;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.eventstore.maintenance.LogMaintenance;
import dev.varve.eventstore.maintenance.SmallLog;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Sixty thousand events, which came while the statements were planned already and the tables were never analysed. Whoever
 * asks reads the rows concerned.
 */
class LongLogIT {

    private static final int PARTITION = 10_000;
    private static final int FULL = 6;
    private static final long HEAD = FULL * PARTITION;
    private static final long FEW_PAGES = 150;

    private final SmallLog small = SmallLog.of(TestDatabase.migrated(), PARTITION);
    private Connection connection;
    private JdbcTemplate database;
    private PostgresEventLog log;

    @BeforeEach
    void fillAfterPlanning() throws SQLException {
        connection = small.dataSource().getConnection();
        SingleConnectionDataSource own = new SingleConnectionDataSource(connection, true);
        database = new JdbcTemplate(own);
        // It reads pages, too, at times of its own.
        for (int n = 0; n <= FULL; n++) {
            database.execute("ALTER TABLE event_store.event_%015d SET (autovacuum_enabled = false)"
                    .formatted(1 + n * PARTITION));
        }
        log = new PostgresEventLog(own, AppendSettings.defaults(), new LogSignals());
        log.append(append("stream-0", 0, 1));
        for (int n = 0; n < 10; n++) {
            askEverything(1);
        }
        database.update("""
                INSERT INTO event_store.event (position, event_id, stream_type, stream_id, version, type, revision,
                    recorded_at, latest_recorded_at, payload, metadata)
                SELECT n, 'id-' || n, 'thing', 'stream-' || n, 0, CASE n %% 20000 WHEN 7 THEN 'rare' ELSE 'thing.happened' END, '1',
                    t, t, '{"n":1}', '{}'
                FROM generate_series(2, %d) AS n, LATERAL (SELECT timestamptz '2026-03-01 12:00:00Z' + n * interval '1 s' AS t) AS at
                """.formatted(HEAD));
        // What another session has read is counted when that ends, which may be while this one is asked.
        try (LogMaintenance maintenance = new LogMaintenance(own)) {
            maintenance.indexSealedPartitions();
        }
    }

    @AfterEach
    void close() throws SQLException {
        log.close();
        connection.close();
    }

    @Test
    void costs_a_reader_at_its_end_or_in_its_middle_no_more_than_a_short_one() {
        assertFewPages(() -> assertThat(log.read(HEAD - 10, 100)).hasSize(10));
        assertFewPages(() -> assertThat(log.read(HEAD / 2, 10)).hasSize(10));
        assertFewPages(() -> assertThat(log.head()).isEqualTo(HEAD));
        assertFewPages(() -> assertThat(log.readStreamWithSnapshot("stream-59000", 10))
                .extracting(RecordedEvent::position)
                .containsExactly(59_000L));
    }

    @Test
    void tells_the_position_of_a_time_without_being_searched() {
        assertFewPages(() ->
                assertThat(log.positionBefore(Facts.NOON.plusSeconds(31_000))).isEqualTo(30_999));
    }

    @Test
    void gives_a_rebuild_the_few_events_of_its_types_without_the_others() {
        assertFewPages(() -> assertThat(wanted(HEAD)).containsExactly(7L, 20_007L, 40_007L));
    }

    private void askEverything(long head) {
        log.read(head - 1, 10);
        log.head();
        log.readStreamWithSnapshot("stream-0", 10);
        log.positionBefore(Facts.NOON);
        wanted(head);
    }

    private List<Long> wanted(long head) {
        try {
            connection.setAutoCommit(false);
            List<RecordedEvent> found =
                    LogRanges.read(0, head, new EventFilter.OfTypes(List.of("rare")), 1_000, connection);
            connection.commit();
            connection.setAutoCommit(true);
            return found.stream().map(RecordedEvent::position).toList();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertFewPages(Runnable question) {
        long before = pages();
        question.run();
        assertThat(pages() - before).isLessThan(FEW_PAGES);
    }

    /** Pages of events that were looked at so far, by this connection. */
    private long pages() {
        database.execute("SELECT pg_stat_force_next_flush()");
        return database.queryForObject("""
                SELECT sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit) FROM pg_statio_user_tables
                WHERE schemaname = 'event_store' AND relname LIKE 'event\\_0%'
                """, Long.class);
    }
}
