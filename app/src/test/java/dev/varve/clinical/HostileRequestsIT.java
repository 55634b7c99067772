package dev.varve.clinical;

import static dev.varve.clinical.ClinicalServer.RECORDINGS;
import static dev.varve.clinical.ClinicalServer.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** What comes from a client that errs or means harm: refused by name, and nothing is written. */
@ExtendWith(OutputCaptureExtension.class)
class HostileRequestsIT {

    private static final String NUL = "\\u0000";

    @TempDir
    static Path folder;

    private static ClinicalServer server;
    private static String processed;

    @BeforeAll
    static void start() {
        server = ClinicalServer.start(TestDatabase.migrated(), folder);
        processed = server.createAnd("patient-processed", "start-upload", "queue", "start-processing");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', delimiter = '|', textBlock = """
                    transcription | completed_at      | {"transcript":"t","whisper_model":"m","completed_at":"+999999999-12-31T00:00:00Z"}
                    transcription | completed_at      | {"transcript":"t","whisper_model":"m","completed_at":"2099-12-31T00:00:00Z"}
                    transcription | completed_at      | {"transcript":"t","whisper_model":"m","completed_at":"yesterday"}
                    transcription | started_at        | {"transcript":"t","whisper_model":"m","started_at":"2026-01-02T00:00:00Z","completed_at":"2026-01-01T00:00:00Z"}
                    transcription | transcript        | {"transcript":5,"whisper_model":"m"}
                    transcription | transcript        | {"whisper_model":"m"}
                    transcription | transcript        | {"transcript":"NUL","whisper_model":"m"}
                    transcription | whisper_model     | {"transcript":"t"}
                    transcription | whisper_model     | {"transcript":"t","whisper_model":" "}
                    transcription | status            | {"transcript":"t","whisper_model":"m","status":"completed"}
                    extraction    | fhir_bundle       | {"llm_model":"m"}
                    extraction    | fhir_bundle       | {"fhir_bundle":[],"llm_model":"m"}
                    extraction    | llm_model         | {"fhir_bundle":{}}
                    verification  | passed            | {"score":1}
                    verification  | passed            | {"passed":"yes","score":1}
                    verification  | score             | {"passed":true}
                    verification  | score             | {"passed":true,"score":1.1}
                    verification  | score             | {"passed":true,"score":"NaN"}
                    verification  | issues            | {"passed":true,"score":1,"issues":"many"}
                    verification  | issues            | {"passed":true,"score":1,"issues":[null]}
                    verification  | alerts.rule_id    | {"passed":true,"score":1,"alerts":[{}]}
                    verification  | alerts.severity   | {"passed":true,"score":1,"alerts":[{"rule_id":"r","message":"m","severity":"huge"}]}
                    complete      | note              | {"note":"NUL"}
                    complete      | note              | {"note":7}
                    fail          | error_message     | {"error_message":[]}
                    """)
    void a_step_that_says_what_cannot_be_is_refused_under_the_name_of_the_field(
            String step, String field, String json) {
        String path = RECORDINGS + "/" + processed;
        String before = server.recording(processed).path("version").asString();
        JsonNode problem = body(server.post(path + "/" + step, json.replace("NUL", NUL)), 422);
        JsonNode error = problem.path("errors").get(0);
        assertThat(error.path("field").asString()).isEqualTo(field);
        assertThat(error.path("rule").asString()).isNotBlank();
        assertThat(error.path("message").asString()).isNotBlank();
        assertThat(server.recording(processed).path("version").asString()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "W/\"1\"", "\"1\", \"2\"", "1", "\"-1\"", "\"99999999999999999999\""})
    void what_is_no_etag_is_refused_as_a_header(String etag) {
        JsonNode problem = body(server.post(RECORDINGS + "/" + processed + "/complete", "", "If-Match", etag), 422);
        assertThat(problem.path("errors").get(0).path("field").asString()).isEqualTo("If-Match");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/recordings?cursor=gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA, cursor",
        "/api/v1/recordings?status=PENDING, status",
        "/api/v1/recordings?limit=501, limit",
        "/api/v1/recordings?clinician_id=%00, clinician_id",
        "/api/v1/recordings/work-queue?limit=0, limit",
        "/api/v1/recordings/conflicts?limit=x, limit",
        "/api/v1/clinical/daily-counts?from=%2B999999999-01-01, from",
        "/api/v1/clinical/daily-counts?to=today, to",
        "/api/v1/clinical/patients/somebody/timeline, patient"
    })
    void a_query_for_what_cannot_be_is_refused_under_the_name_of_the_parameter(String path, String parameter) {
        assertThat(body(server.get(path), 422)
                        .path("errors")
                        .get(0)
                        .path("field")
                        .asString())
                .isEqualTo(parameter);
    }

    @Test
    void a_command_for_what_is_not_there_is_not_worth_a_line_of_the_log(CapturedOutput log) {
        body(server.post(RECORDINGS + "/4b5c2c6e-0000-4000-8000-000000000000/start-upload", ""), 404);

        assertThat(log).doesNotContain("4b5c2c6e-0000-4000-8000-000000000000");
    }

    @Test
    void the_ends_of_time_are_times_like_others() {
        String path = RECORDINGS + "/" + processed;
        body(server.get(path + "?at=%2B999999999-12-31T23:59:59Z"), 200);
        body(server.get(path + "?at=-999999999-01-01T00:00:00Z"), 404);
    }

    @Test
    void a_body_that_no_line_holds_is_refused() {
        String large = "{\"transcript\":\"%s\",\"whisper_model\":\"m\"}";
        String path = RECORDINGS + "/" + processed + "/transcription";
        body(server.post(path, large.formatted("x".repeat(500_001))), 422);
        body(server.post(path, large.formatted("x".repeat(2_000_000))), 413);
    }

    @Test
    void of_a_thousand_who_want_the_same_step_at_once_one_takes_it() throws Exception {
        String id = server.createAnd("patient-crowd", "start-upload");
        Callable<Integer> queue =
                () -> server.post(RECORDINGS + "/" + id + "/queue", "").statusCode();
        Map<Integer, Integer> answers = new TreeMap<>();
        try (ExecutorService crowd = Executors.newFixedThreadPool(100)) {
            List<Future<Integer>> answered = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                answered.add(crowd.submit(queue));
            }
            for (Future<Integer> answer : answered) {
                answers.merge(answer.get(), 1, Integer::sum);
            }
        }
        assertThat(answers).isEqualTo(Map.of(200, 1, 422, 999));
        assertThat(server.recording(id).path("version").asInt()).isEqualTo(2);
        assertThat(server.recording(id).path("status").asString()).isEqualTo("queued");
    }
}
