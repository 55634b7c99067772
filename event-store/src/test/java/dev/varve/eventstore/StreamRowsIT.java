package dev.varve.eventstore;

import static dev.varve.eventstore.Facts.fact;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.eventstore.maintenance.LogMaintenance;
import dev.varve.eventstore.maintenance.SmallLog;
import dev.varve.eventstore.verification.LogVerification;
import dev.varve.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams have their rows from sealing on; before and after, on both sides of a partition's end, nobody sees a difference. */
class StreamRowsIT {

    private static final int PARTITION = 20;

    private final SmallLog small = SmallLog.of(TestDatabase.migrated(), PARTITION);
    private final PostgresEventLog log =
            new PostgresEventLog(small.dataSource(), AppendSettings.defaults(), new LogSignals());
    private final Partitions partitions = new Partitions(small.dataSource(), PARTITION, 2);
    private final BulkWriter bulk = new BulkWriter(small.dataSource(), partitions, BulkWriter.Versions.NEXT);

    /** What the log must hold: the positions of each stream's events, by version. */
    private final Map<String, TreeMap<Long, Long>> expected = new TreeMap<>();

    private long head;

    @AfterEach
    void close() {
        log.close();
        partitions.close();
    }

    @Test
    void a_stream_that_began_in_an_earlier_partition_is_not_new_before_it_is_sealed() {
        small.append("young", 0, 1);
        small.append("other", 0, 2 * PARTITION);

        assertThat(rows()).isEmpty();
        assertThatThrownBy(() -> log.append(Append.of(List.of(fact("young", 0)))))
                .isInstanceOfSatisfying(
                        StreamConflictException.class,
                        conflict -> assertThat(conflict.actual()).isZero());
        assertThatThrownBy(() -> bulk.append(List.of(fact("young", 0))))
                .isInstanceOfSatisfying(
                        StreamConflictException.class,
                        conflict -> assertThat(conflict.actual()).isZero());
        assertThat(log.head()).isEqualTo(1 + 2 * PARTITION);
    }

    @Test
    void sealing_writes_the_row_of_each_stream_that_begins_and_leaves_the_others() throws Exception {
        small.append("a", 0, 3);
        small.append("b", 7, 2);
        try (LogMaintenance maintenance = new LogMaintenance(small.dataSource())) {
            maintenance.seal();
            assertThat(rows()).containsExactly(List.of(1L), List.of(4L));

            small.append("a", 3, 1);
            small.append("c", 0, 1);
            maintenance.seal();
        }

        assertThat(rows()).containsExactly(List.of(1L), List.of(4L), List.of(7L));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void any_order_of_appends_conflicts_and_seals_gives_what_was_said(long seed) throws Exception {
        partitions(20);
        Random random = new Random(seed);
        for (int step = 1; step <= 200 && head < 380; step++) {
            String stream = "s" + random.nextInt(24);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> append(random, stream);
                case 3 -> appendTogether(random);
                case 4 -> inBulk(random, stream);
                case 5, 6 -> conflict(random, stream);
                default -> small.run("SELECT event_store.seal_next(%d)".formatted(1 + random.nextInt(15)));
            }
            if (step % 40 == 0) {
                check();
            }
        }

        check();
        assertThat(head).isGreaterThan(8 * PARTITION);
        small.run("SELECT event_store.seal_next(10000)");
        check();
        assertThat(rows())
                .containsExactlyElementsOf(expected.values().stream()
                        .map(positions -> positions.firstEntry().getValue())
                        .sorted()
                        .map(List::of)
                        .toList());
    }

    private void partitions(int count) {
        small.run("SELECT event_store.make_partition(1 + n * %1$d, %1$d) FROM generate_series(10, %2$d) AS n"
                .formatted(PARTITION, count));
    }

    private void append(Random random, String stream) {
        List<NewEvent> events = next(random, stream);
        assertThat(log.append(Append.of(events)).lastPosition()).isEqualTo(head + events.size());
        events.forEach(this::expect);
    }

    /** New and known streams in one append. */
    private void appendTogether(Random random) {
        List<NewEvent> events = new ArrayList<>();
        for (int n = 0; n < 24; n += 1 + random.nextInt(12)) {
            events.addAll(next(random, "s" + n));
        }
        log.append(Append.of(events));
        events.forEach(this::expect);
    }

    private void inBulk(Random random, String stream) {
        List<NewEvent> events = next(random, stream);
        bulk.append(events);
        events.forEach(this::expect);
    }

    /** Versions that are taken, and such that leave a gap. */
    private void conflict(Random random, String stream) {
        TreeMap<Long, Long> there = expected.get(stream);
        if (there == null) {
            return;
        }
        long last = there.lastKey();
        long wrong = random.nextBoolean() ? random.nextLong(last + 1) : last + 2 + random.nextInt(3);
        List<NewEvent> events = List.of(fact(stream, wrong));
        assertThatThrownBy(() -> {
                    if (random.nextInt(4) == 0) {
                        bulk.append(events);
                    } else {
                        log.append(Append.of(events));
                    }
                })
                .isInstanceOfSatisfying(
                        StreamConflictException.class,
                        conflict -> assertThat(conflict.actual()).isEqualTo(last));
    }

    private List<NewEvent> next(Random random, String stream) {
        TreeMap<Long, Long> there = expected.get(stream);
        long first = there != null ? there.lastKey() + 1 : random.nextInt(5) == 0 ? 6 : 0;
        List<NewEvent> events = new ArrayList<>();
        for (int n = random.nextInt(3); n >= 0; n--) {
            events.add(fact(stream, first++));
        }
        return events;
    }

    private void expect(NewEvent event) {
        head++;
        expected.computeIfAbsent(event.streamId(), stream -> new TreeMap<>()).put(event.version(), head);
    }

    private void check() throws SQLException {
        assertThat(log.head()).isEqualTo(head);
        List<String> streams = new ArrayList<>(expected.keySet());
        List<List<RecordedEvent>> together = log.readStreamsWithSnapshots(streams, 1000);
        for (int n = 0; n < streams.size(); n++) {
            String stream = streams.get(n);
            TreeMap<Long, Long> events = expected.get(stream);
            assertThat(positions(together.get(n))).isEqualTo(events);
            assertThat(positions(log.readStream(stream, 0, 1000))).isEqualTo(events);
            assertThat(log.streamVersion(stream)).hasValue(events.lastKey());
            long middle = events.firstKey() + events.size() / 2;
            assertThat(positions(log.readStreamAsOf(stream, new AsOf.Version(middle), 0, 1000)))
                    .isEqualTo(events.headMap(middle, true));
        }
        assertThat(log.streamVersion("nobody")).isEmpty();
        assertThat(log.readStreamWithSnapshot("nobody", 10)).isEmpty();
        assertThat(new LogVerification(small.dataSource(), 1)
                        .verify(1, Long.MAX_VALUE, position -> {})
                        .findings())
                .isEmpty();
    }

    private static TreeMap<Long, Long> positions(List<RecordedEvent> events) {
        TreeMap<Long, Long> positions = new TreeMap<>();
        events.forEach(event -> positions.put(event.version(), event.position()));
        return positions;
    }

    private List<List<Long>> rows() {
        return small.numbers("SELECT first_position FROM event_store.stream ORDER BY 1");
    }
}
