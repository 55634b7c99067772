package dev.varve.app.admin.rebuilds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import probe.ProbeServer;

/** What the API says and asks for; no node here has the projection, so a rebuild stays where it is. */
class RebuildControllerIT {

    private static final String ORDER = "{\"projections\": [\"probe.things\"], \"reason\": \"wrong rows\"}";

    private final TestDatabase database = TestDatabase.migrated();
    private ProbeServer server;

    @BeforeEach
    void start() throws SQLException {
        execute("INSERT INTO projection.version (projection, version, code_version, tables)"
                + " VALUES ('probe.things', 1, 1, '{probe.thing}')");
        server = ProbeServer.start(database);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_rebuild_is_accepted_shown_and_given_up() throws SQLException {
        HttpResponse<String> started = server.post("/admin/rebuilds", ORDER, "Idempotency-Key", "rebuild-once");
        String address = started.headers().firstValue("Location").orElseThrow();

        assertThat(started.statusCode()).isEqualTo(202);
        assertThat(started.body()).contains("\"state\":\"filling\"", "\"askedBy\":\"local\"");
        assertThat(server.post("/admin/rebuilds", ORDER, "Idempotency-Key", "rebuild-once")
                        .body())
                .as("the same request again starts nothing")
                .isEqualTo(started.body());
        assertThat(server.get(address).body()).contains("\"projections\":[\"probe.things\"]");
        assertThat(server.get("/admin/rebuilds").body()).contains("\"state\":\"filling\"");

        assertThat(server.post(address + "/pause", "{}").body()).contains("\"asked\":\"pause\"");
        assertThat(server.post(address + "/resume", "{}").statusCode()).isEqualTo(202);
        assertThat(server.send(server.request(address).DELETE().build()).statusCode())
                .isEqualTo(202);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.get(address).body().contains("\"state\":\"cancelled\""));

        assertThat(server.get(address + "/events").body())
                .as("the last word, and then the end")
                .contains("event:progress", "\"state\":\"cancelled\"");
        assertThat(actions())
                .isEqualTo("projection.rebuild by local: wrong rows, projection.pause by local: -,"
                        + " projection.resume by local: -, projection.cancel by local: -");
    }

    @Test
    void what_cannot_be_is_answered_with_a_problem() {
        String address = server.post("/admin/rebuilds", ORDER)
                .headers()
                .firstValue("Location")
                .orElseThrow();

        assertThat(server.post("/admin/rebuilds", ORDER).body())
                .contains("/problems/projection/under-way", "a rebuild of [probe.things] is under way");
        assertThat(server.post("/admin/rebuilds", "{\"projections\": [\"probe.nothing\"]}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.post("/admin/rebuilds", "{\"projections\": []}").statusCode())
                .isEqualTo(400);
        assertThat(server.get("/admin/rebuilds/4711").statusCode()).isEqualTo(404);
        assertThat(server.post(address + "/undo", "{}").statusCode()).isEqualTo(409);
    }

    @Test
    void a_reason_is_a_line_and_not_a_book() {
        String address = server.post("/admin/rebuilds", ORDER)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        String book = "x".repeat(1_001);

        HttpResponse<String> answer =
                server.send(server.request(address + "?reason=" + book).DELETE().build());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"field\":\"reason\"", "\"rule\":\"size\"", "size must be between 0 and 1000");
        assertThat(server.get(address).body()).doesNotContain("\"asked\":\"cancel\"");
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
