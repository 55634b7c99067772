package dev.varve.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.outbox.Delivery.Refused;
import dev.varve.outbox.FailurePolicy.OnRefusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionIT {

    private static final int SIZE = 100;

    private Outbox outbox;
    private final RecordingSink sink = new RecordingSink();

    /** Partitions of a hundred, so that a test has some. */
    @BeforeEach
    void open() throws SQLException {
        outbox = new Outbox();
        execute("""
                DO $$
                DECLARE p regclass;
                BEGIN
                    FOR p IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'outbox.message'::regclass LOOP
                        EXECUTE 'DROP TABLE ' || p;
                    END LOOP;
                    PERFORM outbox.make_partition(1 + n * 100, 100) FROM generate_series(0, 4) AS n;
                END
                $$
                """);
        outbox.subscribe("weather", new FailurePolicy(OnRefusal.PARK, 1));
        outbox.write(Collections.nCopies(3 * SIZE + SIZE / 2, "a"));
    }

    @AfterEach
    void close() {
        outbox.close();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = outbox.dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Retention retention(Duration keep) {
        return new Retention(outbox.dataSource, keep);
    }

    private void deliver() {
        outbox.node(sink);
        await().until(() -> outbox.subscriptions.status("weather").position() == 3 * SIZE + SIZE / 2);
    }

    @Test
    void drops_what_every_subscription_has_had_but_never_the_last_partition() {
        deliver();
        try (Retention retention = retention(Duration.ZERO)) {
            assertThat(retention.drop()).isEqualTo(3);
        }
        assertThat(outbox.messages.earliest()).isEqualTo(3 * SIZE + 1);
        assertThat(outbox.messages.resolve(new StartPosition.Beginning())).isEqualTo(3 * SIZE);
        assertThat(outbox.messages.head()).isEqualTo(3 * SIZE + SIZE / 2);
    }

    @Test
    void drops_also_while_events_are_being_sealed() throws SQLException {
        deliver();
        try (Connection sealing = outbox.dataSource.getConnection();
                Statement statement = sealing.createStatement();
                Retention retention = retention(Duration.ZERO)) {
            sealing.setAutoCommit(false);
            statement.execute("SELECT event_store.seal_next(10)");
            assertThat(retention.drop()).isEqualTo(3);
            sealing.rollback();
        }
    }

    @Test
    void keeps_what_a_subscription_still_needs() {
        try (Retention retention = retention(Duration.ZERO)) {
            assertThat(retention.drop()).isZero();
        }
    }

    @Test
    void keeps_what_is_young() {
        deliver();
        try (Retention retention = retention(Duration.ofHours(1))) {
            assertThat(retention.drop()).isZero();
        }
    }

    @Test
    void keeps_what_is_parked() {
        sink.answer(message -> message.position() == SIZE + 1 ? new Refused("too large") : Delivery.DELIVERED);
        deliver();
        try (Retention retention = retention(Duration.ZERO)) {
            assertThat(retention.drop()).isEqualTo(1);
        }
        assertThat(outbox.messages.earliest()).isEqualTo(SIZE + 1);
    }

    @Test
    void keeps_what_a_replay_still_sends_also_while_it_rests() {
        deliver();
        Replays replays = new Replays(outbox.dataSource, outbox.messages);
        Replays.Range range = Replays.Range.from(new StartPosition.After(SIZE));
        long id = replays.start("weather", range, 1, null, "ann");
        assertThat(replays.pause(id, null, "ann")).isTrue();
        long position = replays.find(id).orElseThrow().position();
        try (Retention retention = retention(Duration.ZERO)) {
            retention.drop();
        }
        assertThat(outbox.messages.earliest()).isBetween(SIZE + 1L, position + 1);

        assertThat(replays.cancel(id, null, "ann")).isTrue();
        try (Retention retention = retention(Duration.ZERO)) {
            retention.drop();
        }
        assertThat(outbox.messages.earliest()).isEqualTo(3 * SIZE + 1);
    }
}
