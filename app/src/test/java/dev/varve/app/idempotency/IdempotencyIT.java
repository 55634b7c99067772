package dev.varve.app.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import probe.ProbeServer;

class IdempotencyIT {

    private static final String THING = "{\"name\":\"a\",\"count\":1,\"mode\":\"BUS\"}";
    private static final String OTHER_THING = "{\"name\":\"b\",\"count\":1,\"mode\":\"BUS\"}";

    private static TestDatabase database;
    private static ProbeServer server;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        server = ProbeServer.start(database);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private final String key = UUID.randomUUID().toString();

    private HttpResponse<String> add(String body) {
        return server.post("/api/probe/things", body, "Idempotency-Key", key);
    }

    @Test
    void a_repeat_gets_the_first_answer_with_its_headers_and_runs_nothing() {
        HttpResponse<String> first = add(THING);
        int runs = server.controller().runs.get();
        HttpResponse<String> repeat = add(THING);

        assertThat(server.controller().runs).hasValue(runs);
        assertThat(repeat.statusCode()).isEqualTo(first.statusCode()).isEqualTo(201);
        assertThat(repeat.body()).isEqualTo(first.body()).isEqualTo("{\"run\":" + runs + "}");
        for (String header : new String[] {"ETag", "Location", "Varve-Position", "Content-Type"}) {
            assertThat(repeat.headers().allValues(header))
                    .as(header)
                    .isEqualTo(first.headers().allValues(header))
                    .hasSize(1);
        }
        assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
        assertThat(repeat.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(repeat.headers().firstValue("X-Request-Id"))
                .isNotEqualTo(first.headers().firstValue("X-Request-Id"));
    }

    @Test
    void a_quoted_key_is_the_same_key() {
        add(THING);
        HttpResponse<String> repeat = server.post("/api/probe/things", THING, "Idempotency-Key", '"' + key + '"');

        assertThat(repeat.headers().firstValue("Idempotency-Replayed")).hasValue("true");
    }

    @Test
    void a_key_does_not_serve_another_request() {
        add(THING);

        assertThat(add(OTHER_THING).statusCode()).isEqualTo(422);
        HttpResponse<String> elsewhere = server.post("/api/probe/fail/rejected", THING, "Idempotency-Key", key);
        assertThat(elsewhere.body()).contains("/problems/varve/idempotency-mismatch");
    }

    @Test
    void a_refusal_is_an_answer_too() {
        HttpResponse<String> first = server.post("/api/probe/fail/rejected", "", "Idempotency-Key", key);
        HttpResponse<String> repeat = server.post("/api/probe/fail/rejected", "", "Idempotency-Key", key);

        assertThat(repeat.statusCode()).isEqualTo(422);
        assertThat(repeat.body()).isEqualTo(first.body());
        assertThat(repeat.headers().firstValue("Idempotency-Replayed")).hasValue("true");
    }

    @Test
    void a_refusal_of_the_request_as_it_was_written_is_not_kept() {
        String unmistakable = "{\"Jane Doe 4711\":1}";

        HttpResponse<String> first = server.post("/api/probe/things", unmistakable, "Idempotency-Key", key);
        HttpResponse<String> repeat = server.post("/api/probe/things", unmistakable, "Idempotency-Key", key);

        assertThat(first.statusCode()).isEqualTo(400);
        assertThat(repeat.statusCode()).isEqualTo(400);
        assertThat(repeat.headers().firstValue("Idempotency-Replayed")).isEmpty();
    }

    @Test
    void a_failure_and_a_conflict_are_not_kept_so_that_a_repeat_runs() {
        for (String how : new String[] {"defect", "away", "conflict"}) {
            int before = server.controller().runs.get();
            String fresh = key + how;
            server.post("/api/probe/fail/" + how, "", "Idempotency-Key", fresh);
            server.post("/api/probe/fail/" + how, "", "Idempotency-Key", fresh);

            assertThat(server.controller().runs).as(how).hasValue(before + 2);
        }
    }

    @Test
    void a_repeat_while_the_first_is_running_is_told_to_come_again() throws Exception {
        CompletableFuture<HttpResponse<String>> first =
                CompletableFuture.supplyAsync(() -> server.post("/api/probe/slow", "", "Idempotency-Key", key));
        assertThat(server.controller().slowStarted.await(10, TimeUnit.SECONDS)).isTrue();

        HttpResponse<String> meanwhile = server.post("/api/probe/slow", "", "Idempotency-Key", key);
        assertThat(meanwhile.statusCode()).isEqualTo(409);
        assertThat(meanwhile.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(meanwhile.body()).contains("/problems/varve/idempotency-in-progress");

        server.controller().slowMayEnd.countDown();
        String answer = first.get(10, TimeUnit.SECONDS).body();
        assertThat(server.post("/api/probe/slow", "", "Idempotency-Key", key).body())
                .isEqualTo(answer);
    }

    @Test
    void a_request_whose_node_died_is_taken_over_by_its_repeat_only() throws SQLException {
        add(THING);
        execute("UPDATE varve.idempotency_key SET status = NULL, headers = NULL, body = NULL,"
                + " running_until = now() - interval '1 second' WHERE key = '" + key + "'");

        assertThat(add(OTHER_THING).statusCode()).isEqualTo(422);
        HttpResponse<String> takenOver = add(THING);
        assertThat(takenOver.statusCode()).isEqualTo(201);
        assertThat(takenOver.headers().firstValue("Idempotency-Replayed")).isEmpty();
    }

    @Test
    void a_key_that_has_expired_is_free() throws SQLException {
        add(THING);
        execute("UPDATE varve.idempotency_key SET expires_at = now() - interval '1 second' WHERE key = '" + key + "'");

        assertThat(add(OTHER_THING).statusCode()).isEqualTo(201);
    }

    @Test
    void a_key_of_the_wrong_form_is_named() {
        assertThat(server.post("/api/probe/things", THING, "Idempotency-Key", "x".repeat(256))
                        .body())
                .contains("\"field\":\"Idempotency-Key\"");
        assertThat(server.post("/api/probe/things", THING, "Idempotency-Key", "x".repeat(255))
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void the_body_limit_holds_with_a_key_too() {
        HttpResponse<String> response = add("{\"name\":\"" + "x".repeat(2 * 1_048_576) + "\"}");

        assertThat(response.statusCode()).isEqualTo(413);
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isEqualTo(1);
        }
    }
}
