package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.outbox.Progress.Changes;
import dev.varve.outbox.Progress.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * A hundred thousand messages that nobody has had, which came while the relay had its statements planned already and the
 * table was never analysed. What it asks reads the rows concerned.
 */
class LongBacklogIT {

    private static final int MESSAGES = 100_000;
    private static final long FEW_PAGES = 100;

    private final Outbox outbox = new Outbox();
    private Connection connection;
    private SingleConnectionDataSource own;
    private JdbcTemplate database;
    private MessageLog messages;

    @BeforeEach
    void fillAfterPlanning() throws SQLException {
        connection = outbox.dataSource.getConnection();
        own = new SingleConnectionDataSource(connection, true);
        database = new JdbcTemplate(own);
        // It reads pages, too, at times of its own.
        database.execute("ALTER TABLE outbox.message_000000000000001 SET (autovacuum_enabled = false)");
        messages = new MessageLog(own);
        outbox.subscribe("weather", FailurePolicy.DEFAULT);
        outbox.write("place");
        for (int n = 0; n < 10; n++) {
            askEverything(0);
        }
        outbox.write(Collections.nCopies(MESSAGES - 1, "place"));
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        outbox.close();
    }

    @Test
    void costs_a_relay_no_more_pages_than_a_short_one() {
        long before = pages();

        askEverything(MESSAGES / 2);

        assertThat(pages() - before).isLessThan(FEW_PAGES);
        assertThat(messages.read(MESSAGES / 2, MESSAGES / 2 + 10, SubscriptionFilter.EVERYTHING))
                .hasSize(10);
    }

    /** What a relay asks that goes on somewhere in the outbox. */
    private void askEverything(long position) {
        messages.read(position, position + 10, SubscriptionFilter.EVERYTHING);
        messages.read(position, position + 10, new SubscriptionFilter(Set.of(Outbox.TYPE), Set.of("weather")));
        messages.readAt(List.of(position + 1, position + 3));
        messages.positionBefore(Instant.EPOCH);
        messages.head();
        Leases leases = new Leases(own, "node", Duration.ofMillis(-1));
        Leases.Lease lease = leases.take().orElseThrow().lease();
        assertThat(leases.renew(List.of(lease))).hasSize(1);
        assertThat(new Progress(new Sql(own))
                        .save(lease, messages.newest(), new State(0, PositionRanges.NONE, null, false), Changes.NONE))
                .isTrue();
        try (Retention retention = new Retention(own, Duration.ZERO)) {
            assertThat(retention.drop()).isZero();
        }
    }

    /** Pages of messages that were looked at so far, by this connection. */
    private long pages() {
        database.execute("SELECT pg_stat_force_next_flush()");
        return database.queryForObject("""
                SELECT sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit) FROM pg_statio_user_tables
                WHERE schemaname = 'outbox' AND relname LIKE 'message\\_%'
                """, Long.class);
    }
}
