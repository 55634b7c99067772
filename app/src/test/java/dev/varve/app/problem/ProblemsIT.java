package dev.varve.app.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.app.LogLines;
import dev.varve.testkit.TestDatabase;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import probe.ProbeController;
import probe.ProbeServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProblemsIT {

    private static final String THINGS = "/api/probe/things";

    private static ProbeServer server;

    @BeforeAll
    static void start() {
        server = ProbeServer.start(TestDatabase.migrated());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode problem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode body = JsonMapper.shared().readTree(response.body());
        assertThat(body.path("type").asString()).isEqualTo("/problems/" + code);
        assertThat(body.path("status").asInt()).isEqualTo(status);
        assertThat(body.path("title").asString()).isNotBlank();
        assertThat(body.path("detail").asString()).isNotBlank();
        assertThat(response.headers().firstValue("X-Request-Id"))
                .hasValue(body.path("requestId").asString());
        return body;
    }

    private static void wrongField(HttpResponse<String> response, String field, String rule, String message) {
        JsonNode errors = problem(response, 400, "varve/invalid-request").path("errors");
        assertThat(errors).as(response.body()).hasSize(1);
        assertThat(errors.get(0).path("field").asString()).isEqualTo(field);
        assertThat(errors.get(0).path("rule").asString()).isEqualTo(rule);
        assertThat(errors.get(0).path("message").asString()).contains(message);
    }

    @Nested
    class A_body {

        @Test
        void that_is_not_JSON_is_refused_with_the_place_and_without_its_text() {
            HttpResponse<String> response = server.post(THINGS, "{\n \"name\": Geheim}");

            JsonNode problem = problem(response, 400, "varve/malformed-json");
            assertThat(problem.path("line").asInt()).isEqualTo(2);
            assertThat(problem.path("column").asInt()).isPositive();
            assertThat(response.body()).doesNotContain("Geheim");
        }

        @Test
        void that_is_missing_is_named() {
            wrongField(server.post(THINGS, ""), "body", "missing", "required");
        }

        @Test
        void that_repeats_a_field_or_goes_on_after_its_end_is_refused() {
            problem(server.post(THINGS, "{\"name\":\"a\",\"name\":\"b\"}"), 400, "varve/malformed-json");
            assertThat(server.post(THINGS, "{\"name\":\"a\",\"count\":1,\"mode\":\"BUS\"} {}")
                            .statusCode())
                    .isEqualTo(400);
        }

        @Test
        void with_an_unknown_field_names_it() {
            wrongField(
                    server.post(THINGS, "{\"name\":\"a\",\"count\":1,\"mode\":\"BUS\",\"colour\":\"red\"}"),
                    "colour",
                    "unknown",
                    "known: at, count, mode, name, parts");
        }

        @Test
        void with_a_wrong_word_of_a_closed_set_names_the_allowed_ones() {
            wrongField(
                    server.post(THINGS, "{\"name\":\"a\",\"count\":1,\"mode\":\"ROCKET\"}"),
                    "mode",
                    "enum",
                    "must be one of BUS, TRAM");
        }

        @Test
        void with_a_NUL_character_names_the_field_wherever_it_is() {
            wrongField(
                    server.post(THINGS, "{\"name\":\"a\\u0000b\",\"count\":1,\"mode\":\"BUS\"}"),
                    "name",
                    "text",
                    "must not hold NUL");
            wrongField(
                    server.post(
                            THINGS,
                            "{\"name\":\"a\",\"count\":1,\"mode\":\"BUS\",\"parts\":[{\"label\":\"b\"},{\"label\":\"\\u0000\"}]}"),
                    "parts[1].label",
                    "text",
                    "must not hold NUL");
        }

        @Test
        void with_half_a_surrogate_pair_is_refused_and_a_whole_one_is_not() {
            wrongField(
                    server.post(THINGS, "{\"name\":\"\\ud83d\",\"count\":1,\"mode\":\"BUS\"}"),
                    "name",
                    "text",
                    "half a surrogate pair");
            assertThat(server.post(THINGS, "{\"name\":\"\\ud83d\\ude80\",\"count\":1,\"mode\":\"BUS\"}")
                            .statusCode())
                    .isEqualTo(201);
        }

        @ParameterizedTest
        @CsvSource({"99999999999, range", "\"7\", type", "1.5, type", "null, type"})
        void with_a_number_that_does_not_fit_says_what_does(String count, String rule) {
            HttpResponse<String> response =
                    server.post(THINGS, "{\"name\":\"a\",\"count\":" + count + ",\"mode\":\"BUS\"}");

            assertThat(problem(response, 400, "varve/invalid-request")
                            .path("errors")
                            .get(0)
                            .path("message")
                            .asString())
                    .contains("whole number between -2147483648");
            assertThat(response.body()).contains("\"count\"");
        }

        @Test
        void with_an_instant_as_a_number_is_refused() {
            wrongField(
                    server.post(THINGS, "{\"name\":\"a\",\"count\":1,\"mode\":\"BUS\",\"at\":1779275760000}"),
                    "at",
                    "type",
                    "2026-05-20T11:19:00Z");
        }

        @Test
        void that_breaks_several_rules_names_them_all() {
            HttpResponse<String> response =
                    server.post(THINGS, "{\"name\":\"\",\"count\":1,\"mode\":null,\"parts\":[{\"label\":\" \"}]}");

            assertThat(problem(response, 400, "varve/invalid-request").path("errors"))
                    .extracting(error -> error.path("field").asString() + " "
                            + error.path("rule").asString())
                    .containsExactly("mode not-null", "name not-blank", "parts[0].label not-blank");
        }

        @Test
        void of_another_media_type_is_refused_with_the_right_one() {
            for (String other : List.of("text/plain", "application/yaml")) {
                HttpResponse<String> response = server.send(server.request(THINGS)
                        .header("Content-Type", other)
                        .POST(BodyPublishers.ofString("{}"))
                        .build());

                problem(response, 415, "varve/unsupported-media-type");
                assertThat(response.headers().firstValue("Accept")).contains("application/json");
            }
        }
    }

    @Nested
    class A_parameter {

        @Test
        void that_breaks_its_rule_or_its_type_is_named() {
            wrongField(server.get(THINGS + "/1?limit=41"), "limit", "max", "less than or equal to 40");
            wrongField(server.get(THINGS + "/1?limit=many"), "limit", "type", "whole number");
            wrongField(server.get(THINGS + "/1?limit=99999999999"), "limit", "type", "whole number");
            wrongField(server.get(THINGS + "/1?mode=ROCKET"), "mode", "enum", "BUS, TRAM");
            wrongField(server.get("/api/probe/search"), "query", "missing", "required");
        }

        @Test
        void with_a_NUL_character_is_refused() {
            wrongField(server.get("/api/probe/search?query=a%00b"), "query", "text", "NUL");
        }

        @ParameterizedTest
        @ValueSource(strings = {"%FF", "%C3", "%zz", "%"})
        void that_no_text_can_be_made_of_is_refused(String encoded) {
            String answer = server.raw("GET /api/probe/search?query=" + encoded
                    + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 400").contains("\"type\":\"/problems/varve/malformed-request\"");
        }

        @Test
        void of_ten_thousand_characters_breaks_the_rule_of_its_length() {
            wrongField(server.get(THINGS + "/" + "x".repeat(10_000)), "id", "size", "between 0 and 64");
        }
    }

    @Nested
    class An_address {

        @Test
        void that_leads_nowhere_is_not_found() {
            JsonNode problem = problem(server.get("/api/nowhere"), 404, "varve/no-such-path");
            assertThat(problem.path("instance").asString()).isEqualTo("/api/nowhere");
        }

        @Test
        void takes_only_its_methods_and_forms() {
            HttpResponse<String> response =
                    server.send(server.request(THINGS).DELETE().build());
            problem(response, 405, "varve/method-not-allowed");
            assertThat(response.headers().firstValue("Allow")).hasValue("POST");
            problem(server.get(THINGS + "/1", "Accept", "image/png"), 406, "varve/not-acceptable");
        }

        @Test
        void of_twenty_thousand_characters_is_too_long() {
            JsonNode problem =
                    problem(server.get("/api/probe/search?query=" + "x".repeat(20_000)), 414, "varve/uri-too-long");
            assertThat(problem.path("limit").asInt()).isEqualTo(16_384);
        }
    }

    @Nested
    class A_body_over_the_limit {

        private static final byte[] TWO_MIB =
                ("{\"name\":\"" + "x".repeat(2 * 1_048_576) + "\"}").getBytes(StandardCharsets.US_ASCII);

        @Test
        void is_refused_by_its_length() {
            JsonNode problem = problem(
                    server.post(THINGS, new String(TWO_MIB, StandardCharsets.US_ASCII)), 413, "varve/body-too-large");
            assertThat(problem.path("limit").asInt()).isEqualTo(1_048_576);
        }

        @Test
        void is_refused_in_chunks_too() {
            problem(server.postChunked(THINGS, TWO_MIB), 413, "varve/body-too-large");
        }
    }

    @Nested
    class What_the_domain_says {

        @Test
        void a_rejection_is_of_its_context() {
            JsonNode problem = problem(server.post("/api/probe/fail/rejected", ""), 422, "probe/not-today");
            assertThat(problem.path("title").asString()).isEqualTo("Not today");
            assertThat(problem.path("errors").get(0).path("field").asString()).isEqualTo("name");
        }

        @Test
        void a_conflict_a_missing_stream_and_a_lost_database_have_statuses_of_their_own() {
            problem(server.post("/api/probe/fail/conflict", ""), 409, "varve/conflict");
            problem(server.post("/api/probe/fail/created", ""), 409, "varve/conflict");
            problem(server.post("/api/probe/fail/unknown", ""), 404, "probe/unknown-thing");
            problem(server.post("/api/probe/fail/gone", ""), 404, "varve/no-such-stream");
            HttpResponse<String> away = server.post("/api/probe/fail/away", "");
            problem(away, 503, "varve/database-away");
            assertThat(away.headers().firstValue("Retry-After")).hasValue("1");
            HttpResponse<String> behind = server.post("/api/probe/fail/behind", "");
            assertThat(problem(behind, 503, "varve/read-model-behind")
                            .path("detail")
                            .asString())
                    .contains("position 5");
            assertThat(behind.headers().firstValue("Retry-After")).hasValue("1");
        }

        @Test
        void a_defect_shows_nothing_and_is_logged_once_under_the_requests_id() {
            try (LogLines log = LogLines.ofRunningServers()) {
                HttpResponse<String> response = server.post(
                        "/api/probe/fail/defect", "{\"x\":\"Geheimnis-4711\"}", "X-Request-Id", "find-me-815");

                problem(response, 500, "varve/internal");
                assertThat(response.body())
                        .doesNotContain(ProbeController.SECRET)
                        .doesNotContain("Exception");
                assertThat(log.text())
                        .contains("java.lang.IllegalStateException")
                        .contains("SQL state 23505")
                        .doesNotContain(ProbeController.SECRET);
                assertThat(log.text().lines().filter(line -> line.contains("find-me-815")))
                        .hasSize(1);
            }
        }
    }

    @Test
    void no_refused_request_leaves_its_content_in_the_log() {
        String secret = ProbeController.SECRET;
        try (LogLines log = LogLines.ofRunningServers()) {
            server.post(THINGS, "{\"name\": " + secret + "}");
            server.post(THINGS, "{\"name\": \"" + secret + "\", \"count\": \"" + secret + "\"}");
            server.post(THINGS, "{\"name\":\"" + secret + "\",\"count\":1,\"mode\":\"" + secret + "\"}");
            server.get(THINGS + "/" + secret + "?limit=" + secret);
            server.post("/api/probe/fail/conflict", "");
            server.post("/api/probe/fail/away", "");

            assertThat(log.text()).doesNotContain(secret);
        }
    }

    @Test
    void a_problems_type_leads_to_a_page_about_it() {
        assertThat(server.get("/problems/varve/conflict").body()).contains("The stream has moved");
        problem(server.get("/problems/other/thing"), 404, "varve/no-such-path");
    }

    @Test
    void what_the_container_refuses_is_a_problem_too() {
        HttpResponse<String> response = server.get(THINGS + "/a%00b");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        assertThat(response.body()).contains("/problems/varve/malformed-request");
    }

    @Test
    void headers_over_the_limit_are_refused() {
        String answer =
                server.raw("GET /api/probe/things/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: "
                        + "x".repeat(40_000) + "\r\n\r\n");

        assertThat(answer).matches("(?s)HTTP/1.1 4(00|31).*").contains("/problems/varve/");
    }
}
