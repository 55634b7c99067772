package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.outbox.Leases.Lease;
import dev.varve.outbox.Leases.Taken;
import dev.varve.outbox.Progress.Changes;
import dev.varve.outbox.Progress.Parking;
import dev.varve.outbox.Progress.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * A million parked messages, four of each key, which came while the relay had its statements planned already. What it asks
 * while it goes on reads the rows concerned.
 */
class ManyParkedIT {

    private static final int KEYS = 250_000;
    private static final int OF_EACH = 4;
    private static final long FEW_PAGES = 100;

    private final Outbox outbox = new Outbox();
    private Connection connection;
    private JdbcTemplate database;
    private SingleConnectionDataSource own;
    private Leases leases;
    private ParkedKeys keys;
    private Progress progress;
    private Lease lease;

    @BeforeEach
    void parkAMillion() throws SQLException {
        connection = outbox.dataSource.getConnection();
        own = new SingleConnectionDataSource(connection, true);
        database = new JdbcTemplate(own);
        leases = new Leases(own, "node", Duration.ofHours(1));
        Sql sql = new Sql(own);
        keys = new ParkedKeys(sql);
        progress = new Progress(sql);
        outbox.subscribe("weather", FailurePolicy.DEFAULT);
        outbox.subscribe("news", FailurePolicy.DEFAULT);
        lease = leases.take().map(Taken::lease).orElseThrow();
        for (int n = 0; n < 20; n++) {
            goOn("planned");
        }
        // The tables refer to each other, which is true of these rows without asking for each.
        database.execute("SET session_replication_role = replica");
        database.update("""
                INSERT INTO outbox.parked_key (subscription, key, reason, attempts)
                SELECT ?, 'key-' || n, 'too large', 3 FROM generate_series(1, ?) AS n
                """, lease.subscription(), KEYS);
        database.update("""
                INSERT INTO outbox.parked_message (subscription, position, key, type, recorded_at)
                SELECT ?, n, 'key-' || 1 + n % ?, 'rained', now() FROM generate_series(1, ?) AS n
                """, lease.subscription(), KEYS, KEYS * OF_EACH);
        database.execute("SET session_replication_role = DEFAULT");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        outbox.close();
    }

    @Test
    void cost_neither_a_relay_that_goes_on_nor_retention_anything() {
        assertFewPages(() -> goOn("planned while there was none"));
        database.execute("ANALYZE outbox.parked_key, outbox.parked_message");
        assertFewPages(() -> goOn("planned since"));
        try (Retention retention = new Retention(own, Duration.ZERO)) {
            assertFewPages(() -> assertThat(retention.drop()).isZero());
        }
    }

    private void assertFewPages(Runnable work) {
        long before = pages();
        work.run();
        assertThat(pages() - before).isLessThan(FEW_PAGES);
    }

    /** What a relay does: renews, parks, finds what is wanted of a key, has it sent and goes on without it. */
    private void goOn(String key) {
        assertThat(leases.renew(List.of(lease))).hasSize(1);
        Changes parking = new Changes(List.of(new Parking(key, "too large", 1)), List.of(), List.of(), List.of());
        assertThat(progress.save(lease, null, new State(0, PositionRanges.NONE, null, false), parking))
                .isTrue();
        database.update(
                "UPDATE outbox.parked_key SET attention = true, retry_up_to = 9 WHERE subscription = ? AND key = ?",
                lease.subscription(),
                key);
        assertThat(keys.wanted(lease.subscription())).hasSize(1);
        assertThat(keys.positions(lease.subscription(), key, 9)).isEmpty();
        assertThat(keys.settle(lease, key)).isTrue();
    }

    /** Pages of parked keys and messages that were looked at so far, by this connection. */
    private long pages() {
        database.execute("SELECT pg_stat_force_next_flush()");
        return database.queryForObject("""
                SELECT sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit) FROM pg_statio_user_tables
                WHERE schemaname = 'outbox' AND relname LIKE 'parked_%'
                """, Long.class);
    }
}
