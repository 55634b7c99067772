package dev.varve.app.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.testkit.TestDatabase;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import probe.ProbeServer;

@Timeout(120)
class FeedIT {

    private static final String WRITE = """
            INSERT INTO outbox.message (position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers)
            SELECT n, gen_random_uuid(), 'weather.place', 'Genf', 'dev.varve.weather.rained.v1',
                   json_build_object('n', n), now() AT TIME ZONE 'UTC', n, '{}'
            FROM generate_series(?::bigint, ?::bigint) AS n
            """;

    private static JdbcTemplate database;
    private static ProbeServer server;

    @BeforeAll
    static void start() {
        TestDatabase own = TestDatabase.migrated();
        database = new JdbcTemplate(own.dataSource());
        database.update(WRITE, 1, 25);
        database.update("DELETE FROM outbox.message WHERE position < 3");
        database.update("UPDATE outbox.retention SET earliest = 3");
        server = ProbeServer.start(
                own, "varve.feed.heartbeat=500ms", "varve.feed.source=https://feeds.example/{context}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_full_page_may_be_kept_and_the_last_may_not() {
        HttpResponse<String> full = server.get("/feed/all?since=4&limit=2");
        HttpResponse<String> last = server.get("/feed/all?since=20&limit=100");

        assertThat(full.headers().firstValue("content-type")).hasValue("application/cloudevents-batch+json");
        assertThat(full.body())
                .startsWith("[{\"specversion\":\"1.0\"")
                .contains(
                        "\"source\":\"https://feeds.example/",
                        "\"sequence\":\"0000000000000000005\"",
                        "\"data\":{\"n\" : 6}")
                .endsWith("]");
        assertThat(full.headers().firstValue("cache-control"))
                .hasValueSatisfying(value -> assertThat(value).contains("immutable", "private"));
        assertThat(full.headers().map()).as("nothing that speaks against it").doesNotContainKeys("pragma", "expires");
        String etag = full.headers().firstValue("etag").orElseThrow();
        assertThat(server.get("/feed/all?since=4&limit=2", "If-None-Match", etag)
                        .statusCode())
                .isEqualTo(304);
        assertThat(full.headers().firstValue("link"))
                .hasValue("</feed/all?since=6-%s&limit=2>; rel=\"next\"".formatted(mark(6)));
        assertThat(last.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(last.headers().firstValue("varve-position")).isPresent();
    }

    @Test
    void a_name_that_is_no_plain_word_is_found_again_by_its_link() {
        HttpResponse<String> page = server.get("/feed/wetter.%C3%BC%20%3E?since=20");

        assertThat(page.headers().firstValue("link").orElseThrow())
                .startsWith("</feed/wetter.%C3%BC%20%3E?since=")
                .endsWith(">; rel=\"next\"");
    }

    @Test
    void an_empty_page_comes_when_the_wait_is_over() {
        HttpResponse<String> page = server.get("/feed/dev.varve.weather.snowed.v1?since=now&timeout=200ms");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo("[]");
    }

    @Test
    void what_retention_dropped_is_gone_and_says_where_to_begin() {
        HttpResponse<String> page = server.get("/feed/all?lastEventId=1");
        HttpResponse<String> stream = server.get("/feed/all?since=1", "Accept", "text/event-stream");

        assertThat(page.statusCode()).isEqualTo(410);
        assertThat(page.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(page.body()).contains("/problems/varve/not-kept", "\"earliest\":3");
        assertThat(stream.statusCode()).isEqualTo(410);
    }

    @Test
    void a_reader_of_messages_that_were_lost_is_told_so() {
        String another = mark(5).equals("00000000") ? "11111111" : "00000000";
        HttpResponse<String> page = server.get("/feed/all?since=5-" + another);
        HttpResponse<String> stream =
                server.get("/feed/all", "Accept", "text/event-stream", "Last-Event-ID", "999999-" + another);

        assertThat(page.statusCode()).isEqualTo(410);
        assertThat(page.body()).contains("/problems/varve/place-lost", "there is another one", "\"newest\":");
        assertThat(stream.statusCode()).isEqualTo(410);
        assertThat(stream.body()).contains("/problems/varve/place-lost", "there is none");
        assertThat(server.get("/feed/all?since=5-" + mark(5)).statusCode()).isEqualTo(200);
        assertThat(server.get("/feed/all?since=2-" + another).statusCode())
                .as("was dropped, and cannot be compared")
                .isEqualTo(200);
    }

    private static String mark(long position) {
        return database.queryForObject(
                "SELECT left(id::text, 8) FROM outbox.message WHERE position = ?", String.class, position);
    }

    @Test
    void what_makes_no_sense_is_refused() {
        assertThat(server.get("/feed/unknown").statusCode()).isEqualTo(404);
        assertThat(server.get("/feed/all?limit=0").statusCode()).isEqualTo(400);
        assertThat(server.get("/feed/all?since=yesterday").statusCode()).isEqualTo(400);
        assertThat(server.get("/feed/all?since=%2B300000-01-01T00:00:00Z").body())
                .contains("\"field\":\"since\"", "years 1 to 9999");
        assertThat(server.get("/feed/all?since=999999").statusCode()).isEqualTo(400);
        assertThat(server.get("/feed/all?timeout=long").statusCode()).isEqualTo(400);
    }

    @Test
    void a_stream_goes_on_where_the_last_one_ended() throws Exception {
        String from22;
        try (Events events = events("/feed/all?since=20")) {
            assertThat(events.next()).startsWith("id: 21\n");
            from22 = events.next();
            assertThat(from22).startsWith("id: 22\ndata: {\"specversion\":\"1.0\"");
        }
        try (Events events = events("/feed/all?since=20", "Last-Event-ID", "22-" + mark(22))) {
            assertThat(events.next()).startsWith("id: 23\n");
        }
        try (Events events = events("/feed/all?since=20", "Last-Event-ID", "22")) {
            assertThat(events.next()).startsWith("id: 23\n");
        }
        try (Events events = events("/feed/all")) {
            assertThat(events.next()).as("where it begins").matches("(?s)id: \\d+\n: ?");
            long head = database.queryForObject("SELECT max(position) FROM outbox.message", Long.class);
            database.update(WRITE, head + 1, head + 1);
            String event = events.next();
            while (!event.contains("data: ")) {
                event = events.next();
            }
            assertThat(event).startsWith("id: " + (head + 1));
        }
    }

    @Test
    void nobody_who_reads_holds_up_the_end_of_the_node() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        TestDatabase own = TestDatabase.migrated();
        new JdbcTemplate(own.dataSource()).update(WRITE, 1, 3);
        ProbeServer ending = ProbeServer.start(own);
        var stream = client.send(
                ending.request("/feed/all", "Accept", "text/event-stream").build(), BodyHandlers.ofLines());
        var page = client.sendAsync(
                ending.request("/feed/dev.varve.weather.snowed.v1?timeout=60s").build(), BodyHandlers.ofString());
        await().until(() -> ending.bean(FeedStreams.class).waiting() == 1);

        long before = System.nanoTime();
        ending.close();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        assertThat(page.get().statusCode()).isEqualTo(200);
        assertThat(page.get().body()).isEqualTo("[]");
        assertThat(page.get().headers().firstValue("varve-position"))
                .as("what it had looked through")
                .hasValue("3");
        assertThat(stream.body()).as("comes to its end").isNotEmpty();
    }

    private static Events events(String path, String... headers) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<Stream<String>> response = client.send(
                server.request(path, headers)
                        .header("Accept", "text/event-stream")
                        .build(),
                BodyHandlers.ofLines());
        assertThat(response.statusCode()).isEqualTo(200);
        return new Events(client, response.body().iterator());
    }

    private record Events(HttpClient client, Iterator<String> lines) implements AutoCloseable {

        String next() {
            StringBuilder event = new StringBuilder();
            String line = lines.next();
            while (!line.isEmpty()) {
                event.append(event.isEmpty() ? "" : "\n").append(line);
                line = lines.next();
            }
            return event.toString();
        }

        @Override
        public void close() {
            client.shutdownNow();
        }
    }
}
