package dev.varve.outbox.sink.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.varve.eventstore.LogSignals;
import dev.varve.outbox.Message;
import dev.varve.outbox.MessageLog;
import dev.varve.outbox.MessageTail;
import dev.varve.outbox.Place;
import dev.varve.outbox.StartPosition;
import dev.varve.outbox.SubscriptionFilter;
import dev.varve.outbox.sink.CloudEvents;
import dev.varve.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class FeedIT {

    private static final SubscriptionFilter EVERYTHING = SubscriptionFilter.EVERYTHING;
    private static final SubscriptionFilter RARE =
            new SubscriptionFilter(Set.of("dev.varve.weather.hailed.v1"), Set.of());

    private final AtomicInteger statements = new AtomicInteger();
    private final HikariDataSource pool = new HikariDataSource();
    private final LogSignals signals = new LogSignals();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private JdbcTemplate database;
    private MessageTail tail;
    private Feed feed;

    @BeforeEach
    void open() {
        pool.setDataSource(TestDatabase.migrated().dataSource());
        pool.setMaximumPoolSize(4);
        database = new JdbcTemplate(pool);
        MessageLog messages = new MessageLog(new Counting());
        tail = new MessageTail(messages, signals, Duration.ofMillis(50));
        feed = new Feed(tail, messages);
    }

    @AfterEach
    void close() {
        feed.close();
        tail.close();
        threads.close();
        pool.close();
    }

    private static final String WRITE = """
            INSERT INTO outbox.message (position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers)
            SELECT n, gen_random_uuid(), 'weather.place', 'key-' || n % 10,
                   CASE WHEN n % 1000 = 0 THEN 'dev.varve.weather.hailed.v1' ELSE 'dev.varve.weather.rained.v1' END,
                   json_build_object('n', n), now() AT TIME ZONE 'UTC', n, '{}'
            FROM generate_series(?::bigint, ?::bigint) AS n
            """;

    private void write(long from, long to) {
        database.update(WRITE, from, to);
        signals.batchWritten(1, to, 0);
    }

    private static List<Long> positions(Feed.Page page) {
        return page.messages().stream().map(Message::position).toList();
    }

    @Test
    void a_full_page_has_as_many_as_were_asked_for_and_never_changes() {
        write(1, 25);

        Feed.Page first = feed.page(0, 10, EVERYTHING);
        Feed.Page last = feed.page(20, 10, EVERYTHING);
        write(26, 60);

        assertThat(first.full()).isTrue();
        assertThat(first.upTo()).isEqualTo(10);
        assertThat(last.full()).isFalse();
        assertThat(last.upTo()).isEqualTo(25);
        assertThat(positions(feed.page(0, 10, EVERYTHING))).isEqualTo(positions(first));
    }

    @Test
    void a_rare_type_is_found_over_many_others() {
        write(1, 12_500);

        assertThat(positions(feed.page(0, 5, RARE))).containsExactly(1_000L, 2_000L, 3_000L, 4_000L, 5_000L);
        assertThat(feed.page(12_000, 5, RARE)).isEqualTo(new Feed.Page(List.of(), 12_500, false));
    }

    @Test
    void a_question_waits_for_its_first_message_and_not_longer_than_its_patience() throws Exception {
        write(1, 3);
        FeedQuestion asked = FeedQuestion.ask(feed, 3, 10, EVERYTHING, Duration.ofSeconds(30), threads);
        assertThat(asked.answer()).isNotDone();

        write(4, 5);

        assertThat(asked.answer().get(10, TimeUnit.SECONDS).page().messages()).isNotEmpty();
        assertThat(FeedQuestion.ask(feed, 5, 10, EVERYTHING, Duration.ofMillis(50), threads)
                        .answer()
                        .get(10, TimeUnit.SECONDS)
                        .page()
                        .messages())
                .isEmpty();
        await().untilAsserted(() -> assertThat(feed.waiting()).isZero());
    }

    @Test
    void a_position_below_retention_or_ahead_of_the_log_is_refused() {
        write(1, 10);
        database.update("UPDATE outbox.retention SET earliest = 5");

        assertThatThrownBy(() -> feed.begin(new StartPosition.After(3)))
                .isInstanceOfSatisfying(
                        Feed.BelowRetentionException.class,
                        refused -> assertThat(refused.earliest()).isEqualTo(5));
        assertThatThrownBy(() -> feed.begin(new StartPosition.After(11))).isInstanceOf(IllegalArgumentException.class);
        assertThat(feed.begin(new StartPosition.After(4))).isEqualTo(4);
        assertThat(feed.begin(new StartPosition.Beginning())).isEqualTo(4);
    }

    @Test
    void a_stream_ends_and_does_not_go_on_when_a_standby_took_over_that_had_less() {
        write(1, 10);
        Reader reader = new Reader();
        CutConnection connection = new CutConnection(reader, Integer.MAX_VALUE);
        FeedStream stream = new FeedStream(feed, 0, EVERYTHING, CloudEvents.STANDARD, connection, threads);
        stream.start();
        await().until(() -> reader.last == 10);
        Place seen = place(10);

        lose(7);
        write(8, 12);

        await().until(() -> connection.ended.getCount() == 0);
        assertThat(reader.positions).last().isEqualTo(10L);
        assertThatThrownBy(() -> feed.begin(seen))
                .isInstanceOf(Feed.LostPlaceException.class)
                .hasMessageContaining("there is another one");
        Place earlier = place(7);
        assertThat(feed.begin(earlier)).isEqualTo(7);
        assertThat(positions(feed.page(7, 10, EVERYTHING))).containsExactly(8L, 9L, 10L, 11L, 12L);
    }

    @Test
    void a_question_keeps_its_place_when_a_standby_took_over_that_had_less() throws Exception {
        write(1, 10);
        String place = place(10).toString();
        FeedQuestion asked = FeedQuestion.ask(feed, 10, 10, EVERYTHING, Duration.ofSeconds(30), threads);
        await().until(() -> tail.head() == 10 && feed.waiting() == 1);

        lose(7);
        write(8, 12);

        assertThat(asked.answer().get(10, TimeUnit.SECONDS))
                .isEqualTo(new FeedQuestion.Answer(new Feed.Page(List.of(), 10, false), place));
    }

    @Test
    void messages_that_were_lost_are_not_given_from_memory() {
        Reader reader = new Reader();
        FeedStream stream = new FeedStream(
                feed, 0, EVERYTHING, CloudEvents.STANDARD, new CutConnection(reader, Integer.MAX_VALUE), threads);
        stream.start();
        for (long position = 1; position <= 10; position++) {
            write(position, position);
            long written = position;
            await().until(() -> reader.last == written);
        }
        stream.stop();

        lose(7);
        write(8, 12);

        assertThat(feed.page(7, 100, EVERYTHING).messages())
                .extracting(Message::id)
                .containsExactlyElementsOf(database.queryForList(
                        "SELECT id FROM outbox.message WHERE position > 7 ORDER BY position", UUID.class));
    }

    private Place place(long position) {
        return tail.place(position).orElseThrow();
    }

    private void lose(long after) {
        database.update("DELETE FROM outbox.message WHERE position > ?", after);
    }

    @Test
    void resumes_over_200_forced_reconnects_without_a_gap_or_a_duplicate() throws Exception {
        long count = 4_000;
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (long from = 1; from <= count; from += 5) {
                write(from, from + 4);
            }
        });
        Random random = new Random(7);
        Reader reader = new Reader();
        int reconnects = 0;

        while (reader.positions.size() < count) {
            CutConnection connection = new CutConnection(reader, 500 + random.nextInt(6_000));
            FeedStream stream =
                    new FeedStream(feed, reader.last, EVERYTHING, CloudEvents.STANDARD, connection, threads);
            stream.start();
            await().pollInterval(Duration.ofMillis(1))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> connection.ended.getCount() == 0 || reader.positions.size() == count);
            stream.stop();
            reconnects++;
        }
        writer.get(30, TimeUnit.SECONDS);

        assertThat(reconnects).isGreaterThan(200);
        assertThat(reader.positions)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, count).boxed().toList());
        assertThat(reader.data).allMatch(data -> data.startsWith("{\"specversion\":\"1.0\"") && data.endsWith("}"));
    }

    @Test
    void five_hundred_idle_streams_cost_one_reader() {
        write(1, 10);
        List<Reader> readers = new ArrayList<>();
        List<FeedStream> streams = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Reader reader = new Reader();
            readers.add(reader);
            FeedStream stream = new FeedStream(
                    feed, 10, EVERYTHING, CloudEvents.STANDARD, new CutConnection(reader, Integer.MAX_VALUE), threads);
            streams.add(stream);
            stream.start();
        }
        await().until(() -> readers.stream().allMatch(reader -> reader.last == 10));
        int before = statements.get();
        long began = System.nanoTime();

        await().until(() -> statements.get() > before + 4);
        long idle = System.nanoTime() - began;
        write(11, 12);
        await().until(() -> readers.stream().allMatch(reader -> reader.last == 12));

        assertThat(Duration.ofNanos(idle)).as("time of five questions").isGreaterThan(Duration.ofMillis(100));
        assertThat(statements.get() - before).as("statements for 500 streams").isLessThan(100);
        assertThat(readers).allSatisfy(reader -> assertThat(reader.positions).containsExactly(11L, 12L));
        streams.forEach(FeedStream::stop);
        assertThat(feed.waiting()).isZero();
    }

    /** A browser's {@code EventSource} in small: takes whole events only. */
    private static final class Reader {

        private final List<Long> positions = new ArrayList<>();
        private final List<String> data = new ArrayList<>();
        private volatile long last;

        synchronized void events(String text) {
            // What stands behind the last empty line is not a whole event.
            List<String> events = List.of(text.split("\n\n", -1));
            events.subList(0, events.size() - 1).forEach(this::event);
        }

        private void event(String event) {
            List<String> lines = event.lines().toList();
            String content = values(lines, "data: ").reduce("", (one, other) -> one + other);
            long id = Long.parseLong(values(lines, "id: ").findFirst().orElseThrow());
            if (!content.isEmpty()) {
                positions.add(id);
                data.add(content);
            }
            last = id;
        }

        private static Stream<String> values(List<String> lines, String field) {
            return lines.stream().filter(line -> line.startsWith(field)).map(line -> line.substring(field.length()));
        }
    }

    /** Breaks in the middle of whatever is written when its bytes are used up. */
    private static final class CutConnection implements FeedStream.Connection {

        private final Reader reader;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final CountDownLatch ended = new CountDownLatch(1);
        private int left;

        CutConnection(Reader reader, int bytes) {
            this.reader = reader;
            this.left = bytes;
        }

        @Override
        public void write(byte[] events) throws IOException {
            int taken = Math.min(left, events.length);
            received.write(events, 0, taken);
            left -= taken;
            String text = received.toString(UTF_8);
            int whole = text.lastIndexOf("\n\n") + 2;
            if (whole > 1) {
                reader.events(text.substring(0, whole));
                received.reset();
                received.writeBytes(text.substring(whole).getBytes(UTF_8));
            }
            if (left == 0) {
                throw new IOException("cut");
            }
        }

        @Override
        public void end() {
            ended.countDown();
        }
    }

    private final class Counting extends DelegatingDataSource {

        Counting() {
            super(pool);
        }

        @Override
        public Connection getConnection() throws SQLException {
            statements.incrementAndGet();
            return super.getConnection();
        }
    }
}
