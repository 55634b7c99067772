package dev.varve.eventstore.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.maintenance.LogPartition.State;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LogMaintenanceIT {

    private final SmallLog log = SmallLog.of(TestDatabase.migrated(), 10);
    private final LogMaintenance maintenance = new LogMaintenance(log.dataSource());

    @Nested
    class Partitions {

        @Test
        void are_listed_with_their_state() throws Exception {
            log.append("a", 0, 12);

            assertThat(partitions())
                    .extracting(LogPartition::from, LogPartition::to, LogPartition::state)
                    .startsWith(
                            tuple(1L, 10L, State.SEALED), tuple(11L, 20L, State.OPEN), tuple(21L, 30L, State.AHEAD));
        }

        @Test
        void that_are_full_get_the_index_by_type_once() throws Exception {
            log.append("a", 0, 12);

            assertThat(maintenance.indexSealedPartitions()).isEqualTo(1);
            assertThat(maintenance.indexSealedPartitions()).isZero();
            assertThat(partitions().getFirst().indexes()).contains("event_000000000000001_type");
            assertThat(partitions().get(1).indexes()).noneMatch(name -> name.endsWith("_type"));
        }

        @Test
        void get_it_by_one_node_at_a_time() throws Exception {
            log.append("a", 0, 12);
            try (Connection other = log.dataSource().getConnection()) {
                other.setAutoCommit(false);
                other.createStatement().execute("SELECT pg_advisory_xact_lock(8608001, 4)");

                assertThat(maintenance.indexSealedPartitions()).isZero();
                other.rollback();
                assertThat(maintenance.indexSealedPartitions()).isEqualTo(1);
            }
        }

        @Test
        void get_their_index_while_an_append_is_open() throws Exception {
            log.append("a", 0, 12);
            try (Connection open = log.dataSource().getConnection()) {
                open.setAutoCommit(false);
                open.createStatement()
                        .execute("INSERT INTO event_store.event SELECT 13, 'x', stream_type, 'b', 0, type, revision,"
                                + " recorded_at, latest_recorded_at, payload, metadata"
                                + " FROM event_store.event WHERE position = 12");

                assertThat(maintenance.indexSealedPartitions()).isEqualTo(1);
                open.rollback();
            }
        }
    }

    @Nested
    class Seals {

        @Test
        void follow_the_log() throws Exception {
            log.append("a", 0, 12);
            assertThat(maintenance.seal()).isEqualTo(12);
            assertThat(maintenance.seal()).isZero();
            log.append("a", 12, 1);
            assertThat(maintenance.seal()).isEqualTo(1);

            assertThat(log.numbers("SELECT first_position, last_position FROM event_store.seal ORDER BY 1"))
                    .containsExactly(List.of(1L, 12L), List.of(13L, 13L));
        }

        @Test
        void stay_when_the_pool_leaves_commits_to_others() throws Exception {
            log.append("a", 0, 12);
            try (HikariDataSource pool = new HikariDataSource()) {
                pool.setDataSource(log.dataSource());
                pool.setAutoCommit(false);

                assertThat(new LogMaintenance(pool).seal()).isEqualTo(12);
            }
            assertThat(maintenance.seal()).isZero();
        }

        @Test
        void cannot_be_changed() throws Exception {
            log.append("a", 0, 1);
            maintenance.seal();

            assertThatThrownBy(() -> log.run("UPDATE event_store.seal SET events = 7"))
                    .hasMessageContaining("insert-only");
        }
    }

    @Nested
    class Receipts {

        @Test
        void go_when_they_are_old_however_many() throws Exception {
            log.run("INSERT INTO event_store.command_receipt"
                    + " SELECT 'old-' || n, n, now() - interval '30 days 1 minute' FROM generate_series(1, 12000) AS n"
                    + " UNION ALL SELECT 'new', 1, now() - interval '29 days'");

            assertThat(maintenance.dropReceipts(Duration.ofDays(30))).isEqualTo(12_000);
            assertThat(maintenance.dropReceipts(Duration.ofDays(30))).isZero();
            assertThat(log.numbers("SELECT count(*) FROM event_store.command_receipt"))
                    .containsExactly(List.of(1L));
        }

        @Test
        void go_by_one_node_at_a_time() throws Exception {
            log.run("INSERT INTO event_store.command_receipt VALUES ('old', 1, now() - interval '1 day')");
            try (Connection other = log.dataSource().getConnection()) {
                other.setAutoCommit(false);
                other.createStatement().execute("SELECT pg_advisory_xact_lock(8608001, 4)");

                assertThat(maintenance.dropReceipts(Duration.ofHours(1))).isZero();
                other.rollback();
                assertThat(maintenance.dropReceipts(Duration.ofHours(1))).isEqualTo(1);
            }
        }

        @Test
        void go_by_themselves() {
            log.run("INSERT INTO event_store.command_receipt VALUES ('old', 1, now() - interval '1 day')");
            try (maintenance) {
                maintenance.start(Duration.ofSeconds(1), Duration.ofHours(1));
                await().until(() -> log.numbers("SELECT count(*) FROM event_store.command_receipt")
                        .equals(List.of(List.of(0L))));
            }
        }
    }

    private List<LogPartition> partitions() throws SQLException {
        try (Connection connection = log.dataSource().getConnection()) {
            return LogPartitions.of(connection, "event_store.event");
        }
    }
}
