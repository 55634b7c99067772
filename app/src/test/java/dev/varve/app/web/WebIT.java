package dev.varve.app.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.testkit.TestDatabase;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import probe.ProbeServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WebIT {

    private static ProbeServer server;

    @BeforeAll
    static void start() {
        server = ProbeServer.start(TestDatabase.migrated(), "varve.web.allowed-origins=https://board.example");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_request_id_is_taken_over_if_it_is_fit_and_replaced_if_not() {
        assertThat(server.get("/api/probe/things/1", "X-Request-Id", "abc-123")
                        .headers()
                        .firstValue("X-Request-Id"))
                .hasValue("abc-123");
        assertThat(server.get("/api/probe/things/1", "X-Request-Id", "x".repeat(129))
                        .headers()
                        .firstValue("X-Request-Id")
                        .orElseThrow())
                .hasSize(36);
        assertThat(server.get("/api/probe/things/1").headers().firstValue("X-Request-Id"))
                .isPresent();
    }

    @Test
    void only_named_origins_may_call_from_a_browser() {
        assertThat(server.get("/api/probe/things/1", "Origin", "https://board.example")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .hasValue("https://board.example");
        HttpResponse<String> evil = server.get("/api/probe/things/1", "Origin", "https://evil.example");
        assertThat(evil.statusCode()).isEqualTo(403);
        assertThat(evil.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(evil.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(evil.body()).contains("/problems/varve/foreign-origin", "varve.web.allowed-origins");
    }

    @Test
    void a_page_of_a_named_origin_can_read_where_it_goes_on_and_what_was_wrong() {
        assertThat(server.get("/feed/all", "Origin", "https://board.example")
                        .headers()
                        .firstValue("Access-Control-Expose-Headers")
                        .orElseThrow())
                .contains("Link", "Varve-Position", "X-Request-Id");
        HttpResponse<String> tooLong =
                server.get("/api/probe/things/1?" + "x".repeat(16_400), "Origin", "https://board.example");
        assertThat(tooLong.statusCode()).isEqualTo(414);
        assertThat(tooLong.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://board.example");
    }

    @Test
    void every_origin_at_once_is_refused_at_the_start() {
        TestDatabase database = TestDatabase.migrated();

        assertThatThrownBy(() -> ProbeServer.start(database, "varve.web.allowed-origins=*"))
                .hasStackTraceContaining("must be an origin such as https://example.org");
    }

    @Test
    void an_unknown_setting_stops_the_start() {
        TestDatabase database = TestDatabase.migrated();

        assertThatThrownBy(() -> ProbeServer.start(database, "varve.web.max-body-byte=5"))
                .hasStackTraceContaining("varve.web.max-body-byte");
    }

    @Test
    void health_says_alive_and_ready_and_the_metrics_are_there() {
        assertThat(server.get("/actuator/health/liveness").body()).contains("\"UP\"");
        assertThat(server.get("/actuator/health/readiness").body())
                .contains("\"UP\"")
                .contains("db")
                .contains("migrations");
        assertThat(server.get("/actuator/prometheus").body()).contains("jvm_memory_used_bytes");
    }

    @Test
    void the_api_is_described_with_what_holds_everywhere() {
        JsonNode api = JsonMapper.shared().readTree(server.get("/v3/api-docs").body());

        assertThat(api.path("openapi").asString()).startsWith("3.1");
        assertThat(api.path("components").path("securitySchemes").has("apiKey")).isTrue();
        JsonNode add = api.path("paths").path("/api/probe/things").path("post");
        assertThat(add.toString()).contains("Idempotency-Key").contains("Varve-Position");
        assertThat(add.path("responses").has("409")).isTrue();
        assertThat(add.path("responses").path("400").toString()).contains("#/components/schemas/Problem");
    }

    @ParameterizedTest
    @CsvSource({"/admin/rebuilds, projections", "/admin/replays, subscription"})
    void what_is_sent_is_described_as_what_it_is(String address, String field) {
        JsonNode api = JsonMapper.shared().readTree(server.get("/v3/api-docs").body());

        String schema = api.at("/paths/" + address.replace("/", "~1")
                        + "/post/requestBody/content/application~1json/schema/$ref")
                .asString();
        assertThat(api.at(schema.substring(1)).path("properties").has(field))
                .as(schema)
                .isTrue();
    }

    @Test
    void the_page_about_the_api_loads_nothing_from_elsewhere() {
        assertThat(server.get("/swagger-ui/index.html").body())
                .contains("swagger-ui-bundle.js")
                .doesNotContain("https://");
    }
}
