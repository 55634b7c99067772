package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.append;
import static dev.varve.eventstore.Facts.fact;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.BulkWriter.Versions;
import dev.varve.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BulkWriterIT {

    private final HikariDataSource dataSource = PostgresEventLogIT.pool(TestDatabase.migrated());
    private final PostgresEventLog log = new PostgresEventLog(dataSource, AppendSettings.defaults(), new LogSignals());
    private final BulkWriter writer = writer(Versions.NEXT);

    private BulkWriter writer(Versions versions) {
        return new BulkWriter(dataSource, new Partitions(dataSource, 10_000_000, 1), versions);
    }

    @AfterEach
    void close() {
        log.close();
        dataSource.close();
    }

    @Test
    void events_are_read_back_as_they_were_given() {
        byte[] large = ("{\"text\":\"" + "x".repeat(1_000_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        NewEvent first = fact("bücher", 0, Instant.parse("1969-12-31T23:59:59.123456Z"));
        NewEvent second = new NewEvent(
                "e2", "thing", "bücher", 1, "thing.grew", null, Instant.parse("2026-03-01T12:00:00.5Z"), large, large);
        NewEvent alone =
                new NewEvent("e3", null, "e3", 0, "thing.noted", "7", Facts.NOON, first.payload(), first.metadata());

        assertThat(writer.append(List.of(first, second, alone))).isEqualTo(3);

        List<RecordedEvent> read = log.read(0, 10);
        assertThat(read.stream().map(BulkWriterIT::fields).toList())
                .isEqualTo(List.of(fields(first), fields(second), fields(alone)));
        assertThat(read).extracting(RecordedEvent::position).containsExactly(1L, 2L, 3L);
        assertThat(log.readStream("bücher", 0, 10)).hasSize(2);
    }

    private static NewEvent asNew(RecordedEvent event) {
        return new NewEvent(
                event.eventId(),
                event.streamType(),
                event.streamId(),
                event.version(),
                event.type(),
                event.revision(),
                event.recordedAt(),
                event.payload(),
                event.metadata());
    }

    private static List<@Nullable Object> fields(RecordedEvent event) {
        return fields(asNew(event));
    }

    private static List<@Nullable Object> fields(NewEvent event) {
        return Arrays.asList(
                event.eventId(),
                event.streamType(),
                event.streamId(),
                event.version(),
                event.type(),
                event.revision(),
                event.recordedAt(),
                new String(event.payload(), StandardCharsets.UTF_8),
                new String(event.metadata(), StandardCharsets.UTF_8));
    }

    @Test
    void positions_follow_what_is_there_over_many_chunks() {
        log.append(append("before", 0, 3));
        List<NewEvent> events = new ArrayList<>();
        for (int n = 0; n < 25_000; n++) {
            events.add(fact("stream-" + n % 100, n / 100));
        }

        assertThat(writer.append(events)).isEqualTo(25_003);
        assertThat(writer.append(List.of())).isZero();

        log.append(append("stream-7", 250, 1));
        assertThat(log.head()).isEqualTo(25_004);
        assertThat(log.streamVersion("stream-99")).hasValue(249);
        assertThat(log.readStream("stream-7", 0, 1_000)).hasSize(251);
    }

    @Test
    void what_its_caller_rolled_back_is_not_built_upon() throws Exception {
        log.append(append("stream", 0, 1));
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            writer.write(connection, List.of(fact("stream", 1)));
            connection.rollback();
            // Now the log ends where the chunk would have ended.
            log.append(append("another", 0, 1));

            assertThatThrownBy(() -> writer.write(connection, List.of(fact("stream", 2))))
                    .isInstanceOf(StreamConflictException.class)
                    .hasMessageContaining("is at version 0");
            connection.rollback();
            writer.write(connection, List.of(fact("stream", 1)));
            connection.commit();
        }
        assertThat(log.readStream("stream", 0, 10)).hasSize(2);
    }

    @Test
    void chunks_before_one_that_does_not_fit_are_written_and_none_after_it() {
        List<NewEvent> events = new ArrayList<>();
        for (int n = 0; n < 45_000; n++) {
            events.add(fact("stream-" + n, 0));
        }
        events.set(25_000, fact("stream-7", 5));

        assertThatThrownBy(() -> writer.append(events)).isInstanceOf(StreamConflictException.class);

        assertThat(log.head()).isEqualTo(20_000);
        assertThat(writer.append(List.of(fact("stream-7", 1)))).isEqualTo(20_001);
    }

    @Test
    void what_a_source_gave_before_it_failed_is_written_up_to_its_last_full_chunk() {
        Iterable<NewEvent> source = () -> Stream.iterate(0, n -> n + 1)
                .map(n -> {
                    if (n == 15_000) {
                        throw new IllegalStateException("the source is gone");
                    }
                    return fact("stream-" + n, 0);
                })
                .iterator();

        assertThatThrownBy(() -> writer.append(source)).hasMessage("the source is gone");

        assertThat(log.head()).isEqualTo(10_000);
        assertThat(writer.append(List.of(fact("stream-3", 1)))).isEqualTo(10_001);
    }

    @Test
    void the_position_of_an_instant_is_found_in_what_was_written() {
        List<NewEvent> events = new ArrayList<>();
        for (int n = 0; n < 50; n++) {
            events.add(fact("clock", n, Facts.NOON.plus(Duration.ofMinutes(n))));
        }
        writer.append(events);

        assertThat(log.positionBefore(Facts.NOON.plus(Duration.ofMinutes(30)))).isEqualTo(30);
    }

    @Test
    void a_version_that_does_not_follow_is_a_conflict_and_its_chunk_is_not_written() {
        log.append(append("stream", 0, 3));

        assertThatThrownBy(() -> writer.append(List.of(fact("other", 0), fact("stream", 5))))
                .isInstanceOfSatisfying(StreamConflictException.class, conflict -> {
                    assertThat(conflict.streamId()).isEqualTo("stream");
                    assertThat(conflict.expected()).isEqualTo(4);
                    assertThat(conflict.actual()).isEqualTo(2);
                });
        assertThat(log.head()).isEqualTo(3);

        assertThat(writer.append(List.of(fact("other", 0), fact("stream", 3)))).isEqualTo(5);
    }

    @Test
    void a_stream_that_should_have_been_new_is_a_conflict() {
        log.append(append("stream", 0, 3));

        assertThatThrownBy(() -> writer.append(List.of(fact("other", 0), fact("stream", 0))))
                .isInstanceOfSatisfying(StreamConflictException.class, conflict -> {
                    assertThat(conflict.streamId()).isEqualTo("stream");
                    assertThat(conflict.actual()).isEqualTo(2);
                });
        assertThat(log.head()).isEqualTo(3);
    }

    @Test
    void what_others_wrote_between_two_chunks_is_not_overlooked() {
        writer.append(List.of(fact("stream", 0)));
        log.append(append("stream", 1, 1));

        assertThatThrownBy(() -> writer.append(List.of(fact("stream", 1))))
                .isInstanceOf(StreamConflictException.class)
                .hasMessageContaining("expected at version 0 and is at version 1");
        assertThat(writer.append(List.of(fact("stream", 2)))).isEqualTo(3);
    }

    @Test
    void versions_can_be_taken_as_they_are() {
        writer(Versions.AS_GIVEN).append(List.of(fact("stream", 7), fact("stream", 5), fact("stream", 9)));

        assertThat(log.readStream("stream", 0, 10))
                .extracting(RecordedEvent::version)
                .containsExactly(5L, 7L, 9L);
        assertThat(log.streamVersion("stream")).hasValue(9);
        log.append(append("stream", 10, 1));
    }

    @Test
    void a_chunk_belongs_to_the_transaction_of_its_caller() throws Exception {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            BulkWriter.Chunk chunk = writer.write(connection, List.of(fact("stream", 0), fact("stream", 1)));
            assertThat(chunk).isEqualTo(new BulkWriter.Chunk(1, 2));
            connection.rollback();
            assertThat(log.head()).isZero();

            writer.write(connection, List.of(fact("stream", 0)));
            connection.commit();
        }
        assertThat(log.head()).isEqualTo(1);
    }

    @Test
    void writers_of_both_kinds_leave_a_dense_log() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                String stream = "appended-" + caller;
                running.add(threads.submit(() -> {
                    for (int version = 0; version < 100; version++) {
                        log.append(append(stream, version, 1));
                    }
                }));
            }
            running.add(threads.submit(() -> {
                for (int round = 0; round < 50; round++) {
                    List<NewEvent> events = new ArrayList<>();
                    for (int stream = 0; stream < 40; stream++) {
                        events.add(fact("bulk-" + stream, round));
                    }
                    writer.append(events);
                }
            }));
            for (Future<?> each : running) {
                each.get();
            }
        }
        List<RecordedEvent> all = log.read(0, 10_000);
        Map<String, Long> versions = new HashMap<>();
        for (int n = 0; n < all.size(); n++) {
            RecordedEvent event = all.get(n);
            assertThat(event.position()).isEqualTo(n + 1);
            assertThat(event.version()).isEqualTo(versions.merge(event.streamId(), 0L, (before, zero) -> before + 1));
        }
        assertThat(all).hasSize(8 * 100 + 50 * 40);
    }
}
