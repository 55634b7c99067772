package dev.varve.app.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.varve.eventstore.Append;
import dev.varve.eventstore.AppendSettings;
import dev.varve.eventstore.LogSignals;
import dev.varve.eventstore.NewEvent;
import dev.varve.eventstore.PostgresEventLog;
import dev.varve.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class EventLogProblemsIT {

    private static final byte[] JSON = "{}".getBytes(StandardCharsets.UTF_8);

    @Test
    void a_conflict_says_stream_expected_and_actual_version() {
        try (PostgresEventLog log = log(TestDatabase.migrated().dataSource(), Duration.ofSeconds(10))) {
            log.append(fact("thing-1", 0));

            Throwable made = catchThrowable(() -> log.append(fact("thing-1", 0)));
            Throwable moved = catchThrowable(() -> log.append(fact("thing-1", 5)));

            Problem already = Translation.of(new AggregateStreamCreationException("axon", made));
            assertThat(already.status()).isEqualTo(409);
            assertThat(already.members())
                    .containsEntry("stream", "thing-1")
                    .containsEntry("expected", -1L)
                    .containsEntry("actual", 0L);
            Problem conflict = Translation.of(new ConcurrencyException("axon", moved));
            assertThat(conflict.status()).isEqualTo(409);
            assertThat(conflict.members()).containsEntry("expected", 4L).containsEntry("actual", 0L);
        }
    }

    @Test
    void an_append_that_hangs_is_said_to_be_uncertain() throws SQLException {
        TestDatabase database = TestDatabase.migrated();
        try (PostgresEventLog log = log(database.dataSource(), Duration.ofMillis(500))) {
            try (Connection blocker = database.dataSource().getConnection();
                    Statement lock = blocker.createStatement()) {
                blocker.setAutoCommit(false);
                lock.execute("LOCK TABLE event_store.event IN ACCESS EXCLUSIVE MODE");
                List<CompletableFuture<Problem>> answers = List.of(refusal(log, "thing-1"), refusal(log, "thing-2"));

                List<Problem> problems =
                        answers.stream().map(CompletableFuture::join).toList();

                assertThat(problems).allSatisfy(problem -> {
                    assertThat(problem.status()).isEqualTo(503);
                    assertThat(problem.headers()).containsEntry("Retry-After", "1");
                });
                assertThat(problems).anySatisfy(problem -> {
                    assertThat(problem.type()).isEqualTo("/problems/varve/outcome-uncertain");
                    assertThat(problem.detail()).contains("may have been written");
                });
            }
        }
    }

    @Test
    void a_database_that_is_not_there_is_away() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/nowhere");
        try (PostgresEventLog log = log(nowhere, Duration.ofMillis(200))) {
            Problem problem = refusal(log, "thing-1").join();

            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.headers()).containsEntry("Retry-After", "1");
        }
    }

    @Test
    void a_full_queue_says_that_nothing_was_written() {
        try (PostgresEventLog log = log(TestDatabase.migrated().dataSource(), Duration.ofSeconds(10), 0)) {
            Problem problem = refusal(log, "thing-1").join();

            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.type()).isEqualTo("/problems/varve/busy");
            assertThat(problem.detail()).contains("nothing was written");
            assertThat(problem.headers()).containsEntry("Retry-After", "1");
        }
    }

    @Test
    void a_stream_that_could_not_be_read_in_time_is_no_defect() throws Exception {
        TestDatabase database = TestDatabase.migrated();
        try (PostgresEventLog log = log(database.dataSource(), Duration.ofMillis(300));
                Connection holder = database.dataSource().getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE event_store.snapshot IN ACCESS EXCLUSIVE MODE");

            List<CompletableFuture<Problem>> answers = Stream.generate(() -> CompletableFuture.supplyAsync(
                            () -> Translation.of(catchThrowable(() -> log.readStreamWithSnapshot("thing-1", 10))),
                            Thread::startVirtualThread))
                    .limit(6)
                    .toList();

            assertThat(answers)
                    .allSatisfy(answer -> assertThat(
                                    answer.get(20, TimeUnit.SECONDS).status())
                            .isEqualTo(503));
            assertThat(answers)
                    .anySatisfy(answer -> assertThat(answer.join().type()).isEqualTo("/problems/varve/busy"));
        }
    }

    @Test
    void an_event_too_large_is_told_its_size_and_the_limit() {
        try (PostgresEventLog log = log(TestDatabase.migrated().dataSource(), Duration.ofSeconds(10))) {
            byte[] payload = new byte[AppendSettings.defaults().maxEventBytes()];
            Throwable failure = catchThrowable(() -> log.append(fact("thing-1", 0, payload)));

            Problem problem = Translation.of(new IllegalStateException("wrapped as Axon does", failure));

            assertThat(problem.status()).isEqualTo(413);
            assertThat(problem.type()).isEqualTo("/problems/varve/event-too-large");
            assertThat(problem.members())
                    .containsEntry("bytes", payload.length + 2L)
                    .containsEntry("limit", (long) payload.length);
        }
    }

    @Test
    void archived_events_are_gone_until_somebody_attaches_them() throws SQLException {
        TestDatabase database = TestDatabase.migrated();
        try (PostgresEventLog log = log(database.dataSource(), Duration.ofSeconds(10));
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE event_store.event_000000000000001");
            statement.execute("SELECT event_store.make_partition(1, 2), event_store.make_partition(3, 2)");
            for (int version = 0; version < 3; version++) {
                log.append(fact("thing-1", version));
            }
            // Only what is sealed is archived.
            statement.execute("SELECT event_store.seal_next(10)");
            statement.execute("ALTER TABLE event_store.event DETACH PARTITION event_store.event_000000000000001");

            Problem problem = Translation.of(new IllegalStateException(
                    "wrapped as Axon does", catchThrowable(() -> log.readStream("thing-1", 0, 100))));

            assertThat(problem.status()).isEqualTo(410);
            assertThat(problem.type()).isEqualTo("/problems/varve/events-archived");
            assertThat(problem.detail()).contains("thing-1", "the log begins at position 3", "--attach");
        }
    }

    private static CompletableFuture<Problem> refusal(PostgresEventLog log, String stream) {
        return CompletableFuture.supplyAsync(() -> {
            Throwable failure = catchThrowable(() -> log.append(fact(stream, 0)));
            return Translation.of(new IllegalStateException("wrapped as Axon does", failure));
        });
    }

    private static PostgresEventLog log(DataSource dataSource, Duration timeout) {
        return log(dataSource, timeout, AppendSettings.defaults().queueCapacity());
    }

    private static PostgresEventLog log(DataSource dataSource, Duration timeout, int queueCapacity) {
        AppendSettings defaults = AppendSettings.defaults();
        return new PostgresEventLog(
                dataSource,
                new AppendSettings(
                        defaults.maxBatchEvents(),
                        defaults.maxBatchBytes(),
                        queueCapacity,
                        defaults.queueBytes(),
                        defaults.maxEventBytes(),
                        defaults.writers(),
                        timeout),
                new LogSignals());
    }

    private static Append fact(String stream, long version) {
        return fact(stream, version, JSON);
    }

    private static Append fact(String stream, long version, byte[] payload) {
        return Append.of(List.of(new NewEvent(
                UUID.randomUUID().toString(),
                "thing",
                stream,
                version,
                "thing.happened",
                "1",
                Instant.parse("2026-03-01T12:00:00Z"),
                payload,
                JSON)));
    }
}
