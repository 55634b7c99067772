package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.append;
import static dev.varve.eventstore.Facts.fact;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.varve.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

class PostgresEventLogIT {

    private HikariDataSource dataSource;
    private PostgresEventLog log;
    private final LogSignals signals = new LogSignals();

    @BeforeEach
    void open() {
        dataSource = pool(TestDatabase.migrated());
        log = new PostgresEventLog(dataSource, AppendSettings.defaults(), signals);
    }

    @AfterEach
    void close() {
        log.close();
        dataSource.close();
    }

    static HikariDataSource pool(TestDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(8);
        config.setConnectionTimeout(2_000);
        return new HikariDataSource(config);
    }

    private TransactionTemplate transaction() {
        return new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    }

    @Nested
    class Appending {

        @Test
        void positions_are_dense_and_start_at_one() {
            assertThat(log.append(append("a", 0, 2))).isEqualTo(new Appended(2, false));
            assertThat(log.append(append("b", 0, 1))).isEqualTo(new Appended(3, false));

            assertThat(log.read(0, 10)).extracting(RecordedEvent::position).containsExactly(1L, 2L, 3L);
            assertThat(log.head()).isEqualTo(3);
            assertThat(signals.knownHead()).isEqualTo(3);
        }

        @Test
        void what_was_written_comes_back_unchanged() {
            NewEvent given = fact("a", 0);
            log.append(Append.of(List.of(given)));

            RecordedEvent found = log.readStream("a", 0, 10).getFirst();

            assertThat(found)
                    .usingRecursiveComparison()
                    .isEqualTo(new RecordedEvent(
                            1,
                            given.eventId(),
                            given.streamType(),
                            "a",
                            0,
                            given.type(),
                            given.revision(),
                            given.recordedAt(),
                            given.payload(),
                            given.metadata()));
        }

        @Test
        void a_stream_that_exists_is_not_made_again() {
            log.append(append("a", 0, 3));

            StreamConflictException conflict =
                    catchThrowableOfType(StreamConflictException.class, () -> log.append(append("a", 0, 1)));

            assertThat(conflict.streamId()).isEqualTo("a");
            assertThat(conflict.expected()).isEqualTo(-1);
            assertThat(conflict.actual()).isEqualTo(2);
            assertThat(log.head()).isEqualTo(3);
        }

        @Test
        void a_version_that_is_taken_or_too_high_is_a_conflict() {
            log.append(append("a", 0, 3));

            assertThatThrownBy(() -> log.append(append("a", 2, 1)))
                    .isInstanceOf(StreamConflictException.class)
                    .hasMessage("stream 'a' was expected at version 1 and is at version 2");
            assertThatThrownBy(() -> log.append(append("a", 5, 1))).hasMessageContaining("is at version 2");
            assertThat(log.append(append("a", 3, 1)).lastPosition()).isEqualTo(4);
        }

        @Test
        void a_known_position_narrows_the_question_and_not_the_answer() {
            long known = log.append(append("a", 0, 3)).lastPosition();
            log.append(append("b", 0, 5));

            assertThat(log.append(new Append(List.of(fact("a", 3)), Map.of("a", known), null))
                            .lastPosition())
                    .isEqualTo(9);
            assertThatThrownBy(() -> log.append(new Append(List.of(fact("a", 3)), Map.of("a", known), null)))
                    .hasMessageContaining("at version 3");
        }

        @Test
        void several_streams_are_written_together_or_not_at_all() {
            log.append(append("a", 0, 1));

            assertThatThrownBy(() -> log.append(Append.of(List.of(fact("b", 0), fact("a", 0)))))
                    .isInstanceOf(StreamConflictException.class);

            assertThat(log.streamVersion("b")).isEmpty();
            log.append(Append.of(List.of(fact("b", 0), fact("a", 1), fact("b", 1))));
            assertThat(log.read(1, 10)).extracting(RecordedEvent::streamId).containsExactly("b", "a", "b");
        }

        @Test
        void the_same_append_sent_again_is_recognised() {
            Append once = append("a", 0, 2);
            log.append(once);
            log.append(append("a", 2, 1));

            assertThat(log.append(once)).isEqualTo(new Appended(2, true));
            assertThat(log.head()).isEqualTo(3);
        }

        @Test
        void a_command_id_is_written_once() {
            Append first = new Append(List.of(fact("a", 0)), Map.of(), "command-1");
            Append again = new Append(List.of(fact("a", 1)), Map.of(), "command-1");
            log.append(first);

            assertThat(log.append(again)).isEqualTo(new Appended(1, true));
            assertThat(log.head()).isEqualTo(1);
        }

        @Test
        void a_command_sent_again_with_other_event_ids_is_recognised_and_not_a_conflict() {
            log.append(append("b", 0, 1));
            log.append(new Append(List.of(fact("a", 0), fact("b", 1)), Map.of(), "command-1"));

            assertThat(log.append(new Append(List.of(fact("a", 0), fact("b", 1)), Map.of(), "command-1")))
                    .isEqualTo(new Appended(3, true));
        }

        @Test
        void in_one_batch_the_losers_leave_no_gap_and_no_trace() throws Exception {
            log.append(append("taken", 0, 2));
            NewEvent late = fact("taken", 0, Facts.NOON.plusSeconds(3_600));
            List<Append> batch = List.of(
                    append("a", 0, 2),
                    Append.of(List.of(fact("lost", 0), late)),
                    append("begun-elsewhere", 7, 1),
                    Append.of(List.of(fact("b", 0), fact("taken", 2), fact("b", 1))));

            List<AppendStatement.Outcome> outcomes;
            try (Connection connection = dataSource.getConnection()) {
                outcomes = AppendStatement.run(connection, 2, batch).outcomes();
            }

            assertThat(outcomes.get(0)).isEqualTo(new AppendStatement.Outcome.Written(new Appended(4, false)));
            assertThat(outcomes.get(1)).isInstanceOf(AppendStatement.Outcome.Refused.class);
            assertThat(outcomes.get(2)).isEqualTo(new AppendStatement.Outcome.Written(new Appended(5, false)));
            assertThat(outcomes.get(3)).isEqualTo(new AppendStatement.Outcome.Written(new Appended(8, false)));
            assertThat(log.read(2, 10))
                    .extracting(RecordedEvent::position, RecordedEvent::streamId, RecordedEvent::version)
                    .containsExactly(
                            tuple(3L, "a", 0L),
                            tuple(4L, "a", 1L),
                            tuple(5L, "begun-elsewhere", 7L),
                            tuple(6L, "b", 0L),
                            tuple(7L, "taken", 2L),
                            tuple(8L, "b", 1L));
            assertThat(log.positionBefore(Facts.NOON.plusSeconds(1))).isEqualTo(8);
            assertThat(log.streamVersion("lost")).isEmpty();
            assertThat(log.streamVersion("begun-elsewhere")).hasValue(7);
            log.append(append("begun-elsewhere", 8, 1));
        }

        @Test
        void a_bound_that_lies_beyond_the_log_changes_no_answer() throws Exception {
            log.append(append("a", 0, 2));
            Append next = new Append(List.of(fact("a", 2)), Map.of("a", 29_999_999L), null);

            try (Connection connection = dataSource.getConnection()) {
                assertThat(AppendStatement.run(connection, 25_000_000, List.of(next))
                                .outcomes())
                        .containsExactly(new AppendStatement.Outcome.Written(new Appended(3, false)));
            }
        }

        @Test
        void an_append_does_not_read_the_streams_before_it() throws Exception {
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                for (int n = 0; n < 50; n++) {
                    AppendStatement.run(connection, n, List.of(append("new-" + n, 0, 1)));
                }
                statement.execute("SELECT pg_stat_force_next_flush()");
                try (ResultSet row = statement.executeQuery(
                        "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'stream_pk'")) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getLong(1))
                            .as("rows of streams read, none of which was asked for")
                            .isZero();
                }
            }
        }

        @Test
        void an_event_of_ten_megabytes_is_refused_with_the_limit() {
            EventTooLargeException refused =
                    catchThrowableOfType(EventTooLargeException.class, () -> log.append(Append.of(List.of(large()))));

            assertThat(refused.bytes()).isEqualTo(10_485_762);
            assertThat(refused.limit()).isEqualTo(4_194_304);
            assertThat(refused).hasMessageContaining("varve.event-store.max-event-size");
            assertThat(log.head()).isZero();
        }

        @Test
        void an_event_of_ten_megabytes_is_stored_where_the_limit_is_higher() {
            AppendSettings roomy = new AppendSettings(10, 1 << 20, 10, 1 << 20, 16 << 20, 2, Duration.ofSeconds(20));
            try (PostgresEventLog wide = new PostgresEventLog(dataSource, roomy, new LogSignals())) {
                wide.append(Append.of(List.of(large())));
            }

            assertThat(log.readStream("a", 0, 1).getFirst().payload()).hasSize(10 << 20);
        }

        private static NewEvent large() {
            NewEvent small = fact("a", 0);
            return new NewEvent(
                    small.eventId(),
                    "thing",
                    "a",
                    0,
                    small.type(),
                    null,
                    small.recordedAt(),
                    new byte[10 << 20],
                    small.metadata());
        }

        @Test
        void a_thousand_writers_at_one_stream_all_get_an_answer_and_one_wins_each_version() throws Exception {
            log.append(append("a", 0, 1));
            List<Callable<Boolean>> writers = new ArrayList<>();
            for (int n = 0; n < 1_000; n++) {
                writers.add(() -> {
                    try {
                        log.append(append("a", 1, 1));
                        return true;
                    } catch (StreamConflictException e) {
                        return false;
                    }
                });
            }

            int won = 0;
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Boolean> writer : threads.invokeAll(writers)) {
                    won += writer.get() ? 1 : 0;
                }
            }

            assertThat(won).isEqualTo(1);
            assertThat(log.streamVersion("a")).hasValue(1);
            assertThat(signals.conflicts()).isEqualTo(999);
        }
    }

    @Nested
    class Joining {

        @Test
        void events_stand_or_fall_with_the_open_transaction() {
            transaction().executeWithoutResult(status -> {
                log.append(append("a", 0, 1));
                assertThat(log.streamVersion("a")).hasValue(0);
                status.setRollbackOnly();
            });
            assertThat(log.head()).isZero();

            transaction().executeWithoutResult(status -> log.append(append("a", 0, 1)));

            assertThat(log.head()).isEqualTo(1);
            assertThat(signals.joinedAppends()).isEqualTo(2);
        }

        @Test
        void an_old_snapshot_is_refused() {
            TransactionTemplate repeatable = transaction();
            repeatable.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);

            assertThatThrownBy(() -> repeatable.executeWithoutResult(status -> log.append(append("a", 0, 1))))
                    .hasMessageContaining("isolation level repeatable read");
        }
    }

    @Nested
    class Reading {

        @Test
        void a_snapshot_comes_first_and_the_tail_follows() {
            log.append(append("a", 0, 5));
            log.storeSnapshot(fact("a", 2));
            log.storeSnapshot(fact("a", 3));

            assertThat(log.readStreamWithSnapshot("a", 10))
                    .extracting(RecordedEvent::position, RecordedEvent::version)
                    .containsExactly(tuple(0L, 3L), tuple(5L, 4L));
        }

        @Test
        void an_instant_is_found_even_when_times_run_backwards() {
            log.append(Append.of(List.of(
                    fact("a", 0, Facts.NOON),
                    fact("a", 1, Facts.NOON.plusSeconds(60)),
                    fact("a", 2, Facts.NOON.plusSeconds(30)),
                    fact("a", 3, Facts.NOON.plusSeconds(90)))));

            assertThat(log.positionBefore(Facts.NOON.minusSeconds(1))).isZero();
            assertThat(log.positionBefore(Facts.NOON.plusSeconds(20))).isEqualTo(1);
            assertThat(log.positionBefore(Facts.NOON.plusSeconds(70))).isEqualTo(3);
            assertThat(log.positionBefore(Facts.NOON.plusSeconds(100))).isEqualTo(4);
        }
    }

    @Nested
    class As_of {

        @Test
        void a_version_the_stream_ends_there() {
            log.append(append("a", 0, 5));

            assertThat(versions("a", new AsOf.Version(2))).containsExactly(0L, 1L, 2L);
            assertThat(versions("a", new AsOf.Version(99))).hasSize(5);
            assertThat(versions("nowhere", new AsOf.Version(2))).isEmpty();
        }

        @Test
        void a_position_the_stream_is_as_the_log_stood() {
            log.append(append("a", 0, 2));
            log.append(append("b", 0, 2));
            long middle = log.append(append("a", 2, 1)).lastPosition();
            log.append(append("a", 3, 2));

            assertThat(versions("a", new AsOf.Position(middle))).containsExactly(0L, 1L, 2L);
            assertThat(versions("a", new AsOf.Position(middle - 1))).containsExactly(0L, 1L);
        }

        @Test
        void a_time_the_stream_is_a_state_it_has_had_even_if_events_were_entered_late() {
            log.append(Append.of(List.of(
                    fact("a", 0, Facts.NOON),
                    fact("a", 1, Facts.NOON.plusSeconds(60)),
                    fact("a", 2, Facts.NOON.plusSeconds(30)),
                    fact("a", 3, Facts.NOON.plusSeconds(90)))));

            assertThat(versions("a", new AsOf.Time(Facts.NOON.plusSeconds(45)))).containsExactly(0L);
            assertThat(versions("a", new AsOf.Time(Facts.NOON.plusSeconds(60)))).containsExactly(0L, 1L, 2L);
            assertThat(versions("a", new AsOf.Time(Facts.NOON.minusSeconds(1)))).isEmpty();
        }

        private List<Long> versions(String stream, AsOf asOf) {
            return log.readStreamAsOf(stream, asOf, 0, 100).stream()
                    .<Long>map(RecordedEvent::version)
                    .toList();
        }
    }

    @Nested
    class WhenThingsBreak {

        @Test
        void a_full_queue_refuses_at_once() throws Exception {
            AppendSettings tiny = new AppendSettings(10, 1 << 20, 1, 1 << 20, 1 << 20, 2, Duration.ofSeconds(20));
            try (PostgresEventLog small = new PostgresEventLog(dataSource, tiny, new LogSignals());
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Appended>> waiting = new ArrayList<>();
                transaction().executeWithoutResult(status -> {
                    log.append(append("holder", 0, 1));
                    waiting.add(threads.submit(() -> small.append(append("a", 0, 1))));
                    org.awaitility.Awaitility.await().until(PostgresEventLogIT.this::someoneWaitsForTheLog);
                    waiting.add(threads.submit(() -> small.append(append("b", 0, 1))));
                    org.awaitility.Awaitility.await().until(() -> small.queueDepth() == 1);

                    assertThatThrownBy(() -> offThread(threads, () -> small.append(append("c", 0, 1))))
                            .hasRootCauseInstanceOf(AppendFailedException.class)
                            .hasMessageContaining("queue is full");
                });
                for (Future<Appended> one : waiting) {
                    assertThat(one.get().earlier()).isFalse();
                }
            }
        }

        @Test
        void a_caller_who_waited_too_long_is_told_and_nobody_else_is_harmed() throws Exception {
            AppendSettings hasty = new AppendSettings(10, 1 << 20, 100, 1 << 20, 1 << 20, 2, Duration.ofSeconds(2));
            try (PostgresEventLog quick = new PostgresEventLog(dataSource, hasty, new LogSignals());
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                transaction().executeWithoutResult(status -> {
                    log.append(append("holder", 0, 1));
                    assertThatThrownBy(() -> offThread(threads, () -> quick.append(append("a", 0, 1))))
                            .hasMessageContaining("may have been written");
                });
                org.awaitility.Awaitility.await().ignoreExceptions().until(() -> {
                    quick.append(append("b", 0, 1));
                    return true;
                });
            }
        }

        @Test
        void a_connection_cut_while_it_waits_loses_and_doubles_nothing() throws Exception {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                    PostgresEventLog other =
                            new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals())) {
                List<Future<Appended>> waiting = new ArrayList<>();
                transaction().executeWithoutResult(status -> {
                    log.append(append("holder", 0, 1));
                    waiting.add(threads.submit(() -> other.append(append("a", 0, 2))));
                    org.awaitility.Awaitility.await().until(PostgresEventLogIT.this::someoneWaitsForTheLog);
                    offThread(threads, () -> cutWaiting());
                });

                assertThat(waiting.getFirst().get()).isEqualTo(new Appended(3, false));
                assertThat(log.streamVersion("a")).hasValue(1);
            }
        }

        private static <T> T offThread(ExecutorService threads, Callable<T> work) {
            try {
                return threads.submit(work).get();
            } catch (Exception e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
    }

    private boolean someoneWaitsForTheLog() throws Exception {
        return count("SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                        + " WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()")
                > 0;
    }

    private long cutWaiting() throws Exception {
        return count(
                "SELECT count(pg_terminate_backend(l.pid)) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                        + " WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()");
    }

    private long count(String sql) throws Exception {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
