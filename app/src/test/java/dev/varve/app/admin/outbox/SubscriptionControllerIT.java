package dev.varve.app.admin.outbox;

import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import probe.ProbeServer;

/** Each test has a subscription of its own. */
class SubscriptionControllerIT {

    private static final String WRITE = """
            INSERT INTO outbox.message (position, id, aggregatetype, aggregateid, type, payload, ts, event_position, headers)
            SELECT n, gen_random_uuid(), 'weather.place', 'Genf', 'dev.varve.weather.rained.v1',
                   '{}', now() AT TIME ZONE 'UTC', n, '{}'
            FROM generate_series(1, 5) AS n
            """;

    private static JdbcTemplate database;
    private static ProbeServer server;

    @BeforeAll
    static void start() {
        TestDatabase own = TestDatabase.migrated();
        database = new JdbcTemplate(own.dataSource());
        database.update(WRITE);
        server = ProbeServer.start(own);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> add(String name, String more) {
        return server.post("/admin/subscriptions", "{\"name\": \"%s\", \"sink\": \"log\"%s}".formatted(name, more));
    }

    private static HttpResponse<String> call(String method, String path, String json) {
        return server.send(server.request(path, "Content-Type", "application/json")
                .method(method, ofString(json))
                .build());
    }

    /** A key with two messages, parked while the subscription rests. */
    private static void park(String name) {
        assertThat(call("PATCH", "/admin/subscriptions/" + name, "{\"paused\": true, \"reason\": \"test\"}")
                        .statusCode())
                .isEqualTo(200);
        database.update(
                "INSERT INTO outbox.parked_key (subscription, key, reason, attempts) VALUES (?, 'Genf', 'too wet', 5)",
                name);
        database.update(
                "INSERT INTO outbox.parked_message (subscription, position, key, type, recorded_at)"
                        + " SELECT ?, n, 'Genf', 'dev.varve.weather.rained.v1', now() FROM generate_series(1, 2) AS n",
                name);
    }

    @Test
    void a_subscription_is_made_shown_changed_and_removed() {
        HttpResponse<String> made =
                add("life", ", \"start\": \"beginning\", \"onRefusal\": \"block\", \"attempts\": 3");
        String address = made.headers().firstValue("Location").orElseThrow();

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body())
                .as("words as they were given")
                .contains("\"policy\":{\"onRefusal\":\"block\",\"attempts\":3}");
        assertThat(add("life", "").statusCode()).isEqualTo(409);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.get(address).body().contains("\"position\":5,"));

        assertThat(call("PATCH", address, "{\"onRefusal\": \"skip\", \"types\": [\"a\"], \"reason\": \"not ours\"}")
                        .body())
                .contains("\"onRefusal\":\"skip\"", "\"types\":[\"a\"]", "\"attempts\":3");
        assertThat(call("PATCH", address, "{\"paused\": true, \"reason\": \"their holiday\"}")
                        .body())
                .contains("\"paused\":true", "\"pausedReason\":\"their holiday\"");
        assertThat(call("PATCH", address, "{\"paused\": false}").body()).contains("\"paused\":false");
        assertThat(server.get("/admin/subscriptions").body()).contains("\"name\":\"life\"");
        assertThat(call("DELETE", address + "?reason=gone", "").statusCode()).isEqualTo(204);
        assertThat(server.get(address).statusCode()).isEqualTo(404);
        assertThat(database.queryForObject(
                        "SELECT reason FROM event_store.operator_action WHERE target = 'life' AND action = 'outbox.change'",
                        String.class))
                .isEqualTo("not ours");
        assertThat(database.queryForList(
                        "SELECT action FROM event_store.operator_action WHERE target = 'life' ORDER BY number",
                        String.class))
                .as("every action leaves a row")
                .hasSize(5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"sink": "log"}                                          | name      | is required
            {"name": "x"}                                            | sink      | is required
            {"name": "x", "sink": "pigeon"}                          | sink      | must be one of
            {"name": "X y", "sink": "log"}                           | name      | lower case letters
            {"name": "x", "sink": "log", "start": "soon"}            | start     | must be beginning, now
            {"name": "x", "sink": "log", "start": "+300000-01-01T00:00:00Z"} | start | years 1 to 9999
            {"name": "x", "sink": "log", "start": "6"}               | start     | ahead of the newest message, which is 5
            {"name": "x", "sink": "log", "onRefusal": "shrug"}       | onRefusal | must be park, block or skip
            {"name": "x", "sink": "log", "attempts": 0}              | attempts  | at least 1
            {"name": "x", "sink": "log", "types": [null]}            | types     | none of them empty
            {"name": "x", "sink": "log", "paused": true}             | paused    | belongs to a change
            {"name": "x", "sink": "log", "colour": "red"}            | colour    | is not a known field
            {"name": "x", "sink": "log", "settings": {"pay": "yes"}} | settings.pay | is no setting
            {"name": "x", "sink": "log", "settings": {"payload": "yes"}} | settings.payload | true or false
            {"name": "x", "sink": "webhook", "settings": {"url": "http://127.0.0.1/"}} | settings.secret | is missing
            """)
    void what_is_wrong_is_named(String request, String field, String message) {
        HttpResponse<String> answer = server.post("/admin/subscriptions", request);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("\"field\":\"" + field + '"', message);
    }

    @Test
    void a_reason_is_a_line_and_not_a_book() {
        add("brief", "");
        park("brief");
        String book = "x".repeat(1_001);
        String address = "/admin/subscriptions/brief";

        assertThat(List.of(
                        add("book", ", \"reason\": \"%s\"".formatted(book)),
                        call("PATCH", address, "{\"paused\": false, \"reason\": \"%s\"}".formatted(book)),
                        server.post(address + "/replay", "{\"reason\": \"%s\"}".formatted(book)),
                        call("DELETE", address + "/replay?reason=" + book, ""),
                        call("DELETE", address + "?reason=" + book, "")))
                .allSatisfy(
                        answer -> assertThat(answer.body()).contains("\"status\":400", "\"field\":\"reason\"", "1000"));
        assertThat(server.post(address + "/parked/skip", "{\"all\": true, \"because\": \"%s\"}".formatted(book))
                        .body())
                .contains("\"status\":400", "\"field\":\"because\"", "1000");
        assertThat(server.get(address).body()).contains("\"paused\":true", "\"parkedMessages\":2");
        assertThat(server.get("/admin/subscriptions/book").statusCode()).isEqualTo(404);
    }

    @Test
    void everything_that_is_wrong_is_named_at_once() {
        assertThat(server.post(
                                "/admin/subscriptions",
                                "{\"name\": \"X\", \"sink\": \"webhook\", \"attempts\": 0, \"settings\": {\"timeout\": \"1h\"}}")
                        .body())
                .contains(
                        "\"name\"", "\"attempts\"", "\"settings.url\"", "\"settings.secret\"", "\"settings.timeout\"");
    }

    @Test
    void a_setting_is_taken_away_with_null() {
        add("less", ", \"settings\": {\"payload\": \"true\", \"logger\": \"x\"}");

        assertThat(call("PATCH", "/admin/subscriptions/less", "{\"settings\": {\"payload\": null}}")
                        .body())
                .contains("\"settings\":{\"logger\":\"x\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, ''",
        "PATCH, ''",
        "DELETE, ''",
        "POST, /replay",
        "DELETE, /replay",
        "GET, /parked",
        "GET, /parked/groups",
        "GET, /parked/messages",
        "POST, /parked/retry",
        "POST, /parked/skip"
    })
    void a_subscription_that_does_not_exist_is_not_found(String method, String path) {
        HttpResponse<String> answer = call(
                method,
                "/admin/subscriptions/nobody" + path,
                path.startsWith("/parked") ? "{\"all\": true, \"because\": \"x\"}" : "{}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
    }

    @Test
    void a_subscription_that_cannot_be_read_says_so_and_can_be_removed() {
        add("broken", "");
        database.update("UPDATE outbox.subscription SET settings = '[]' WHERE name = 'broken'");
        String address = "/admin/subscriptions/broken";

        assertThat(server.get(address).body()).contains("\"trouble\":\"subscription 'broken' cannot be read");
        assertThat(List.of(
                        call("PATCH", address, "{\"settings\": {\"payload\": \"true\"}}"),
                        server.get("/feed/broken?since=beginning")))
                .allSatisfy(answer -> assertThat(answer.body())
                        .contains("\"type\":\"/problems/outbox/subscription-unreadable\"", "\"status\":409"));
        assertThat(call("DELETE", address, "").statusCode()).isEqualTo(204);
        assertThat(server.get(address).statusCode()).isEqualTo(404);
    }

    @Test
    void a_replay_is_counted_started_and_cancelled() {
        add("again", ", \"start\": \"beginning\"");
        String address = "/admin/subscriptions/again";
        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.get(address).body().contains("\"position\":5,"));

        assertThat(server.post(address + "/replay", "{\"from\": \"1\", \"to\": \"3\", \"dryRun\": true}")
                        .body())
                .isEqualTo("{\"messages\":2}");
        HttpResponse<String> started = server.post(address + "/replay", "{\"perSecond\": 1}");
        assertThat(started.statusCode()).isEqualTo(202);
        assertThat(started.body()).contains("\"perSecond\":1");
        assertThat(server.post(address + "/replay", "{}").statusCode()).isEqualTo(409);
        assertThat(call("DELETE", address + "/replay", "").statusCode()).isEqualTo(204);
        assertThat(server.get(address).body()).contains("\"replay\":null");

        assertThat(server.post(address + "/replay", "{\"from\": \"3\", \"to\": \"1\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.post(address + "/replay", "{\"perSecond\": 0}").statusCode())
                .isEqualTo(400);
        assertThat(server.post(address + "/replay", "{\"from\": \"yesterday\"}").body())
                .contains("\"field\":\"from\"");
    }

    @Test
    void parked_messages_are_grouped_tried_again_and_given_up() {
        add("picky", "");
        park("picky");
        String address = "/admin/subscriptions/picky/parked";

        assertThat(server.get(address).body()).contains("\"key\":\"Genf\"", "\"reason\":\"too wet\"");
        assertThat(server.get(address + "?key=Bern").body()).isEqualTo("[]");
        assertThat(server.get(address + "/groups?by=reason").body()).contains("\"value\":\"too wet\"");
        assertThat(server.get(address + "/messages?limit=1").body()).contains("\"position\":1");
        assertThat(server.get(address + "?retrying=true").body()).isEqualTo("[]");
        assertThat(server.get(address + "/groups?retrying=false").body()).contains("\"value\":\"too wet\"");
        assertThat(server.post(address + "/retry", "{\"all\": true}").body()).isEqualTo("{\"keys\":1}");
        assertThat(server.get(address + "?retrying=true").body()).contains("\"key\":\"Genf\"");
        assertThat(server.get(address + "?retrying=false").body()).isEqualTo("[]");
        assertThat(server.get(address + "/messages?retrying=false").body()).isEqualTo("[]");
        assertThat(server.get(address + "/groups?retrying=false").body()).isEqualTo("[]");
        assertThat(server.get(address + "?retrying=soon").body()).contains("\"field\":\"retrying\"", "\"status\":400");
        assertThat(server.post(address + "/retry", "{\"position\": 2}").statusCode())
                .as("not the first of its key")
                .isEqualTo(422);
        assertThat(server.post(address + "/skip", "{\"key\": \"Genf\", \"because\": \"it never rained\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.get(address).body())
                .as("whoever delivers lets the key go, and nobody does")
                .contains("\"messages\":0");
        call("PATCH", "/admin/subscriptions/picky", "{\"paused\": false}");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.get(address).body().equals("[]"));
    }

    @Test
    void nothing_is_given_up_by_accident() {
        add("careful", "");
        park("careful");
        String address = "/admin/subscriptions/careful/parked";

        assertThat(server.post(address + "/retry", "{}").statusCode()).isEqualTo(400);
        assertThat(server.post(address + "/skip", "{\"because\": \"x\"}").statusCode())
                .isEqualTo(400);
        assertThat(server.post(address + "/skip", "{\"all\": true}").statusCode())
                .isEqualTo(400);
        assertThat(server.get(address + "/groups?by=colour").statusCode()).isEqualTo(400);
        assertThat(server.get(address + "?limit=0").statusCode()).isEqualTo(400);
        assertThat(server.get(address).body()).contains("\"messages\":2");
    }
}
