package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.append;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.Partitions.Grain;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class PartitionsIT {

    @Test
    void what_is_missing_ahead_of_events_and_messages_is_made_once() throws Exception {
        TestDatabase database = TestDatabase.migrated();
        try (Partitions partitions =
                new Partitions(database.dataSource(), new Grain(10_000_000, 4), new Grain(1_000_000, 7))) {
            assertThat(partitions.makeAhead()).isEqualTo(4);
            assertThat(partitions.makeAhead()).isZero();
        }
    }

    @Test
    void they_are_made_also_after_an_error_that_is_no_exception() {
        TestDatabase database = TestDatabase.migrated();
        AtomicBoolean failed = new AtomicBoolean();
        HikariDataSource poor = new HikariDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                if (!failed.getAndSet(true)) {
                    throw new OutOfMemoryError("as in a test");
                }
                return super.getConnection();
            }
        };
        poor.setDataSource(database.dataSource());
        try (poor;
                Partitions partitions = new Partitions(poor, 10_000_000, 4)) {
            partitions.start(Duration.ofMillis(10));

            await().until(() -> new JdbcTemplate(database.dataSource())
                    .queryForObject(
                            "SELECT to_regclass('event_store.event_000000040000001') IS NOT NULL", Boolean.class));
            assertThat(failed).isTrue();
        }
    }

    @Test
    void messages_can_be_cut_finer_than_events() throws Exception {
        TestDatabase database = TestDatabase.migrated();
        try (Partitions partitions =
                new Partitions(database.dataSource(), new Grain(10_000_000, 2), new Grain(500_000, 13))) {
            assertThat(partitions.makeAhead()).isEqualTo(2);
        }
    }

    @Test
    void a_log_goes_on_over_the_end_of_a_partition() throws Exception {
        TestDatabase database = TestDatabase.migrated();
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE event_store.event_000000000000001, event_store.event_000000010000001,"
                    + " event_store.event_000000020000001");
            statement.execute("SELECT event_store.make_partition(1, 3), event_store.make_partition(4, 3)");
        }
        try (Partitions partitions = new Partitions(database.dataSource(), 3, 1);
                PostgresEventLog log =
                        new PostgresEventLog(database.dataSource(), AppendSettings.defaults(), new LogSignals())) {
            log.append(append("a", 0, 5));
            partitions.makeAhead();
            log.append(append("b", 0, 3));
            log.append(append("a", 5, 1));

            assertThat(log.read(0, 100))
                    .extracting(RecordedEvent::position)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 9).boxed().toList());
            assertThat(log.readStream("a", 0, 100)).hasSize(6);
        }
    }
}
