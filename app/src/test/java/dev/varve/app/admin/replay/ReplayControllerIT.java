package dev.varve.app.admin.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import probe.ProbeServer;

/** What the API says and asks for; no node here has the projection, so a replay stays where it is. */
class ReplayControllerIT {

    private static final String ORDER =
            "{\"projection\": \"probe.things\", \"from\": \"11\", \"to\": \"now\", \"reason\": \"lost rows\"}";

    private final TestDatabase database = TestDatabase.migrated();
    private ProbeServer server;

    @BeforeEach
    void start() throws SQLException {
        execute("INSERT INTO projection.version (projection, version, code_version, tables)"
                + " VALUES ('probe.things', 1, 1, '{probe.thing}')");
        execute("INSERT INTO event_store.token (processor, segment, position, claimed_at)"
                + " VALUES ('probe.things', 0, 100, now()), ('probe.things', 1, 80, now())");
        execute("INSERT INTO projection.progress (projection, segment, position)"
                + " VALUES ('probe.things', 1, 90), ('probe.things', 2, 10)");
        server = ProbeServer.start(database);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_replay_is_accepted_once_shown_held_and_cancelled() throws SQLException {
        HttpResponse<String> started = server.post("/admin/replays", ORDER, "Idempotency-Key", "replay-once");
        String address = started.headers().firstValue("Location").orElseThrow();

        assertThat(started.statusCode()).isEqualTo(202);
        assertThat(started.body()).contains("\"from\":11", "\"to\":90", "\"total\":80", "\"askedBy\":\"local\"");
        assertThat(server.post("/admin/replays", ORDER, "Idempotency-Key", "replay-once")
                        .body())
                .as("the same request again starts nothing")
                .isEqualTo(started.body());
        assertThat(server.post("/admin/replays", ORDER).statusCode()).isEqualTo(409);
        assertThat(server.post(address + "/pause", "{}").body()).contains("\"state\":\"paused\"");
        assertThat(server.post(address + "/resume", "{}").statusCode()).isEqualTo(202);
        assertThat(server.send(server.request(address).DELETE().build()).body())
                .contains("\"state\":\"cancelled\"", "\"done\":0");
        assertThat(server.get(address + "/events").body())
                .as("the last word, and then the end")
                .contains("event:progress", "\"state\":\"cancelled\"");
        assertThat(server.get("/admin/replays").body()).contains("\"state\":\"cancelled\"");
        assertThat(actions())
                .isEqualTo("replay.start by local: lost rows, replay.pause by local: -,"
                        + " replay.resume by local: -, replay.cancel by local: -");
    }

    @Test
    void a_subscription_gets_its_messages_again_under_the_same_addresses() throws SQLException {
        // Another node has it, so that the replay stays where it is.
        execute("""
                INSERT INTO outbox.subscription (name, origin, sink, settings, secrets, types, contexts, on_refusal, attempts)
                VALUES ('orders', 'operator', 'log', '{}', '{}', '{}', '{}', 'park', 3)""");
        execute("INSERT INTO outbox.delivery (subscription, position, owner, leased_until)"
                + " VALUES ('orders', 100, 'elsewhere', 'infinity')");
        HttpResponse<String> counted =
                server.post("/admin/replays", "{\"subscription\": \"orders\", \"dryRun\": true}");
        assertThat(counted.statusCode()).isEqualTo(200);
        assertThat(counted.body()).isEqualTo("{\"subscription\":\"orders\",\"messages\":0}");
        HttpResponse<String> started = server.post("/admin/replays", """
                {"subscription": "orders", "from": "11", "maxRate": 1, "types": ["orders.placed"], "streams": ["order-1"],
                 "reason": "lost"}""");
        String address = started.headers().firstValue("Location").orElseThrow();

        assertThat(started.statusCode()).isEqualTo(202);
        assertThat(address).startsWith("/admin/replays/outbox-");
        assertThat(started.body())
                .contains(
                        "\"subscription\":\"orders\"",
                        "\"from\":11",
                        "\"to\":100",
                        "\"total\":90",
                        "\"types\":[\"orders.placed\"]",
                        "\"streams\":[\"order-1\"]");
        assertThat(server.post("/admin/replays", "{\"subscription\": \"orders\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(server.post(address + "/pause", "{}").body()).contains("\"state\":\"paused\"");
        assertThat(server.post(address + "/resume", "{}").statusCode()).isEqualTo(202);
        assertThat(server.send(server.request(address).DELETE().build()).body()).contains("\"state\":\"cancelled\"");
        assertThat(server.get(address + "/events").body()).contains("event:progress", "\"state\":\"cancelled\"");
        assertThat(server.get("/admin/replays").body()).contains("\"id\":\"outbox-");
    }

    @Test
    void what_cannot_be_is_answered_with_a_problem() {
        assertThat(server.post("/admin/replays", "{\"projection\": \"probe.nothing\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.post("/admin/replays", "{\"projection\": \"probe.things\", \"from\": \"91\"}")
                        .body())
                .contains("/problems/projection/not-replayable", "has applied up to 90");
        assertThat(server.post("/admin/replays", "{\"projection\": \"probe.things\", \"from\": \"yesterday\"}")
                        .body())
                .contains(
                        "/problems/varve/invalid-request",
                        "\"detail\":\"from must be beginning, a position or a time",
                        "\"field\":\"from\"",
                        "\"message\":\"must be beginning");
        for (String target : List.of("\"projection\": \"probe.things\"", "\"subscription\": \"orders\"")) {
            assertThat(server.post("/admin/replays", "{%s, \"to\": \"+300000-01-01T00:00:00Z\"}".formatted(target))
                            .body())
                    .contains("\"status\":400", "\"field\":\"to\"", "years 1 to 9999");
        }
        assertThat(server.post("/admin/replays", "{\"subscription\": \"orders\", \"to\": \"tomorrow\"}")
                        .body())
                .contains("/problems/varve/invalid-request", "\"field\":\"to\"");
        assertThat(server.post("/admin/replays", "{\"subscription\": \"orders\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.post("/admin/replays", "{\"subscription\": \"orders\", \"projection\": \"probe.things\"}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(server.get("/admin/replays/outbox-4711").statusCode()).isEqualTo(404);
        assertThat(server.get("/admin/replays/something").statusCode()).isEqualTo(404);
        assertThat(server.get("/admin/replays/4711").statusCode()).isEqualTo(404);
        assertThat(server.get("/admin/projections/probe.nothing/parked").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whoever_watches_one_does_not_hold_up_the_end_of_the_node() throws Exception {
        String address = server.post("/admin/replays", ORDER)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        var watching = HttpClient.newHttpClient()
                .send(server.request(address + "/events").build(), BodyHandlers.ofLines());

        long before = System.nanoTime();
        server.close();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        assertThat(watching.body()).contains("event:progress");
    }

    @Test
    void one_parked_event_is_retried_only_of_a_sequence_that_is_named() {
        assertThat(server.post("/admin/projections/probe.things/parked/retry", "{\"event\": \"4711\"}")
                        .body())
                .contains("\"status\":400", "\"field\":\"sequence\"", "is required");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String actions() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT string_agg(action || ' by ' || actor || ': ' || coalesce(reason, '-'), ', ' ORDER BY number)
                        FROM event_store.operator_action""")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
