package dev.varve.clinical;

import static dev.varve.clinical.ClinicalServer.RECORDINGS;
import static dev.varve.clinical.ClinicalServer.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RecordingsIT {

    private static final String NOBODY = "3f0e6a52-7b1c-4d7e-9a55-0c1f2d3e4b5a";

    @TempDir
    static Path folder;

    private static ClinicalServer server;

    @BeforeAll
    static void start() {
        server = ClinicalServer.start(TestDatabase.migrated(), folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<String> texts(JsonNode items, String field) {
        List<String> texts = new ArrayList<>();
        items.forEach(item -> texts.add(item.path(field).asString()));
        return texts;
    }

    @Nested
    class What_the_predecessor_answers {

        @Test
        void a_recording_is_created_with_the_fields_that_it_had() {
            HttpResponse<String> response =
                    server.post(RECORDINGS, "{\"patient_id\":\"patient-123\",\"duration_seconds\":120}");

            JsonNode created = body(response, 201);
            assertThat(created.propertyNames())
                    .containsExactly("id", "patient_id", "clinician_id", "duration_seconds", "status", "created_at");
            assertThat(created.path("patient_id").asString()).isEqualTo("patient-123");
            assertThat(created.path("clinician_id").asString()).isEqualTo("current-clinician");
            assertThat(created.path("duration_seconds").asInt()).isEqualTo(120);
            assertThat(created.path("status").asString()).isEqualTo("pending");
            assertThat(created.path("created_at").asString()).endsWith("Z");
            assertThat(response.headers().firstValue("ETag")).hasValue("\"0\"");
            assertThat(response.headers().firstValue("Location"))
                    .hasValue(RECORDINGS + "/" + created.path("id").asString());
        }

        @Test
        void it_is_found_by_its_id() {
            String id = server.create("patient-found");

            JsonNode found = server.recording(id);
            assertThat(found.path("id").asString()).isEqualTo(id);
            assertThat(found.path("patient_id").asString()).isEqualTo("patient-found");
            assertThat(found.path("transcript").isNull()).isTrue();
        }

        @Test
        void one_that_is_not_there_is_said_so_in_its_words() {
            assertThat(body(server.get(RECORDINGS + "/" + NOBODY), 404)
                            .path("detail")
                            .asString())
                    .isEqualTo("Recording not found");
        }

        @ParameterizedTest
        @ValueSource(strings = {"/not-a-uuid", "?status=lost", "?limit=0", "?limit=x", "?cursor=!", "?cursor=AAAA"})
        void what_is_no_id_status_limit_or_cursor_is_a_422(String path) {
            assertThat(body(server.get(RECORDINGS + path), 422).path("detail").asString())
                    .isNotBlank();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "[]",
                    "{",
                    "{\"patient_id\":\"p\"}",
                    "{\"duration_seconds\":1}",
                    "{\"patient_id\":\"\",\"duration_seconds\":1}",
                    "{\"patient_id\":7,\"duration_seconds\":1}",
                    "{\"patient_id\":\"p\",\"duration_seconds\":-1}",
                    "{\"patient_id\":\"p\",\"duration_seconds\":1.5}",
                    "{\"patient_id\":\"p\",\"duration_seconds\":99999999999}",
                    "{\"patient_id\":\"a\\u0000b\",\"duration_seconds\":1}",
                    "{\"patient_id\":\"p\",\"duration_seconds\":1,\"audio_file_path\":\"\\ud800\"}",
                    "{\"patient_id\":\"p\",\"duration_seconds\":1,\"unknown\":1}"
                })
        void what_cannot_be_recorded_is_a_422_and_writes_nothing(String json) {
            long before = count();
            body(server.post(RECORDINGS, json), 422);
            assertThat(count()).isEqualTo(before);
        }

        @Test
        void a_body_beyond_the_limit_is_refused() {
            HttpResponse<String> response = server.post(
                    RECORDINGS, "{\"patient_id\":\"" + "x".repeat(3_000_000) + "\",\"duration_seconds\":1}");
            assertThat(response.statusCode()).isEqualTo(413);
        }

        @Test
        void the_list_has_an_order_and_pages_and_only_the_status_asked_for() {
            List<String> made = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                made.addFirst(server.createAnd("patient-list", "start-upload"));
            }
            server.create("patient-list");

            String page = RECORDINGS + "?status=uploading&limit=2";
            List<String> seen = new ArrayList<>();
            while (page != null) {
                HttpResponse<String> response = server.get(page);
                JsonNode items = body(response, 200);
                assertThat(items.isArray()).isTrue();
                assertThat(items.size()).isBetween(1, 2);
                assertThat(texts(items, "status")).containsOnly("uploading");
                seen.addAll(texts(items, "id"));
                page = response.headers()
                        .firstValue("Link")
                        .map(link -> link.substring(1, link.indexOf('>')))
                        .orElse(null);
            }
            assertThat(seen).doesNotHaveDuplicates().containsSubsequence(made);
        }

        @Test
        void its_health_check_is_answered_in_its_words() {
            assertThat(server.get("/health").body())
                    .isEqualTo("{\"status\":\"healthy\",\"components\":{\"pwa\":\"ok\"}}");
        }

        @ParameterizedTest
        @ValueSource(strings = {"/", "/record/patient-page", "/queue"})
        void its_pages_are_there_with_all_they_need_and_name_nobody(String address) {
            HttpResponse<String> page = server.get(address);

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
            assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
            assertThat(page.body()).contains("<html").doesNotContain("patient-page");
            List<String> named = Pattern.compile("(?:href|src)=\"([^\"]+)\"")
                    .matcher(page.body())
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            assertThat(named)
                    .contains("/clinical/pages.js", "/clinical/pages.css")
                    .allSatisfy(
                            each -> assertThat(server.get(each).statusCode()).isEqualTo(200));
        }

        @Test
        void what_it_takes_is_described_under_the_names_it_has() {
            JsonNode api = body(server.get("/v3/api-docs"), 200);

            assertThat(taken(api, "", "application/json"))
                    .containsExactly("patient_id", "duration_seconds", "audio_file_path");
            assertThat(taken(api, "/upload", "multipart/form-data"))
                    .containsExactlyInAnyOrder(
                            "audio", "patient_id", "duration_seconds", "local_storage_key", "draft_transcript");
        }

        @Test
        void json_of_any_shape_is_described_as_that() {
            JsonNode api = body(server.get("/v3/api-docs"), 200);

            assertThat(api.path("paths")
                            .path(RECORDINGS + "/{id}")
                            .at("/patch/requestBody/content/application~1json/schema/type")
                            .asString())
                    .isEqualTo("object");
            assertThat(api.at("/components/schemas/RecordingAnswer/properties/fhir_bundle"))
                    .isEmpty();
            assertThat(api.at("/components/schemas").has("JsonNode")).isFalse();
        }

        private static Collection<String> taken(JsonNode api, String path, String mediaType) {
            String schema = api.path("paths")
                    .path(RECORDINGS + path)
                    .path("post")
                    .path("requestBody")
                    .path("content")
                    .path(mediaType)
                    .path("schema")
                    .path("$ref")
                    .asString();
            return api.at(schema.substring(1)).path("properties").propertyNames();
        }

        private static long count() {
            long sum = 0;
            for (JsonNode day : body(server.get("/api/v1/clinical/daily-counts"), 200)) {
                sum += day.path("created").asLong();
            }
            return sum;
        }
    }

    @Nested
    class The_way {

        @Test
        void from_pending_to_completed_every_step_is_kept() {
            String id = server.createAnd("patient-way", "start-upload", "queue");
            String path = RECORDINGS + "/" + id;
            assertThat(texts(body(server.get(RECORDINGS + "/work-queue"), 200), "id"))
                    .contains(id);
            body(server.post(path + "/start-processing", "{\"whisper_model\":\"small\"}"), 200);
            body(
                    server.post(
                            path + "/transcription",
                            "{\"transcript\":\"raw words\",\"final_transcript\":\"Final words\",\"whisper_model\":\"small\"}"),
                    200);
            body(
                    server.post(
                            path + "/extraction",
                            "{\"fhir_bundle\":{\"resourceType\":\"Bundle\",\"entry\":[]},\"llm_model\":\"llm-1\"}"),
                    200);
            body(server.post(path + "/verification", """
                            {"passed":true,"score":0.8,"issues":["Unknown medication: xyz"],
                             "checks_performed":["confidence_threshold"],
                             "alerts":[{"rule_id":"dose","message":"too much","severity":"high","field":"m[0]"}]}"""), 200);
            body(server.post(path + "/complete", "{\"note\":\"looked fine\"}"), 200);

            JsonNode done = server.recording(id);
            assertThat(done.path("status").asString()).isEqualTo("completed");
            assertThat(done.path("whisper_model").asString()).isEqualTo("small");
            assertThat(done.path("final_transcript").asString()).isEqualTo("Final words");
            assertThat(done.path("fhir_bundle").path("resourceType").asString()).isEqualTo("Bundle");
            assertThat(done.path("verification_score").asDouble()).isEqualTo(0.8);
            assertThat(done.path("verification_results").path("issues").get(0).asString())
                    .isEqualTo("Unknown medication: xyz");
            assertThat(done.path("verification_results")
                            .path("alerts")
                            .get(0)
                            .path("severity")
                            .asString())
                    .isEqualTo("high");
            assertThat(texts(body(server.get(RECORDINGS + "/work-queue"), 200), "id"))
                    .doesNotContain(id);

            JsonNode history = body(server.get(path + "/history"), 200);
            assertThat(texts(history, "change"))
                    .containsExactly(
                            "recording-created",
                            "upload-started",
                            "recording-queued",
                            "processing-started",
                            "transcription-recorded",
                            "extraction-recorded",
                            "verification-recorded",
                            "recording-completed");
            assertThat(texts(history, "actor")).containsOnly("local");
            assertThat(history.get(7).path("note").asString()).isEqualTo("looked fine");
            assertThat(history.get(4).path("values").path("final_transcript").asString())
                    .isEqualTo("Final words");
            assertThat(texts(
                            body(
                                    server.get("/api/v1/clinical/patients/"
                                            + done.path("patient").asString() + "/timeline"),
                                    200),
                            "change"))
                    .containsExactlyElementsOf(texts(history, "change"));
        }

        @Test
        void a_step_off_the_way_is_refused_with_its_code_and_writes_nothing() {
            String id = server.create("patient-off");
            JsonNode problem = body(server.post(RECORDINGS + "/" + id + "/complete", ""), 422);
            assertThat(problem.path("type").asString()).isEqualTo("/problems/clinical/transition-not-allowed");
            assertThat(server.recording(id).path("version").asInt()).isZero();
        }

        @Test
        void a_failed_recording_comes_back_as_often_as_the_limit_says() {
            String id = server.createAnd("patient-retry", "start-upload", "queue");
            String path = RECORDINGS + "/" + id;
            for (int i = 0; i < 3; i++) {
                body(server.post(path + "/start-processing", ""), 200);
                body(server.post(path + "/fail", "{\"error_message\":\"Transcription service timeout\"}"), 200);
                assertThat(server.recording(id).path("error_message").asString())
                        .isEqualTo("Transcription service timeout");
                body(server.post(path + "/retry", ""), 200);
            }
            body(server.post(path + "/start-processing", ""), 200);
            body(server.post(path + "/fail", ""), 200);
            assertThat(body(server.post(path + "/retry", ""), 422).path("type").asString())
                    .isEqualTo("/problems/clinical/retry-limit-reached");
            assertThat(server.recording(id).path("retry_count").asInt()).isEqualTo(3);
        }

        @Test
        void a_stale_version_is_a_412() {
            String id = server.createAnd("patient-412", "start-upload");
            String path = RECORDINGS + "/" + id;
            JsonNode problem = body(server.post(path + "/queue", "", "If-Match", "\"0\""), 412);
            assertThat(problem.path("actual").asInt()).isEqualTo(1);
            body(server.post(path + "/queue", "", "If-Match", "\"1\""), 200);
            body(server.post(path + "/queue", "", "If-Match", "one"), 422);
        }

        @Test
        void a_command_to_nobody_is_a_404() {
            body(server.post(RECORDINGS + "/" + NOBODY + "/queue", ""), 404);
            body(server.send("PATCH", RECORDINGS + "/" + NOBODY, "{\"duration_seconds\":1}"), 404);
            body(server.get(RECORDINGS + "/" + NOBODY + "/history"), 404);
        }
    }

    @Nested
    class Changes {

        @Test
        void what_says_the_same_writes_nothing_and_null_empties() {
            String id = server.create("patient-edit");
            String path = RECORDINGS + "/" + id;
            assertThat(change(path, "{\"draft_transcript\":\"words\",\"duration_seconds\":null}"))
                    .isEqualTo("recorded");
            JsonNode changed = server.recording(id);
            assertThat(changed.path("draft_transcript").asString()).isEqualTo("words");
            // Null stays null; the predecessor answered 0.
            assertThat(changed.path("duration_seconds").isNull()).isTrue();
            assertThat(change(path, "{\"draft_transcript\":\"words\"}")).isEqualTo("unchanged");
            assertThat(change(path, "{\"draft_transcript\":null}")).isEqualTo("recorded");
            assertThat(server.recording(id).path("draft_transcript").isNull()).isTrue();
        }

        @Test
        void what_cannot_be_changed_is_refused() {
            String path = RECORDINGS + "/" + server.create("patient-refuse");
            for (String json : List.of(
                    "{\"status\":\"completed\"}",
                    "{\"duration_seconds\":\"7\"}",
                    "{\"duration_seconds\":2.5}",
                    "{\"draft_transcript\":\"a\\u0000b\"}",
                    "{\"draft_transcript\":{}}")) {
                body(server.send("PATCH", path, json), 422);
            }
        }

        @Test
        void the_past_is_kept_at_every_position_and_time() {
            String id = server.create("patient-past");
            String path = RECORDINGS + "/" + id;
            change(path, "{\"draft_transcript\":\"first\"}");
            JsonNode history = body(server.get(path + "/history"), 200);
            change(path, "{\"draft_transcript\":\"second\"}");

            String position = history.get(1).path("position").asString();
            String time = history.get(1).path("recorded_at").asString();
            assertThat(body(server.get(path + "?at=" + position), 200)
                            .path("draft_transcript")
                            .asString())
                    .isEqualTo("first");
            assertThat(body(server.get(path + "?at=" + time), 200)
                            .path("draft_transcript")
                            .asString())
                    .isEqualTo("first");
            body(server.get(path + "?at=1999-01-01T00:00:00Z"), 404);
            body(server.get(path + "?at=yesterday"), 422);
            assertThat(server.recording(id).path("draft_transcript").asString()).isEqualTo("second");
        }

        @Test
        void now_is_the_same_from_the_log_and_from_the_read_model() {
            String id = server.createAnd("patient-same", "start-upload", "queue", "start-processing");
            JsonNode now = server.recording(id);
            JsonNode then = body(server.get(RECORDINGS + "/" + id + "?at=999999999"), 200);
            for (String field : then.propertyNames()) {
                assertThat(now.get(field)).as(field).isEqualTo(then.get(field));
            }
        }

        private static String change(String path, String json) {
            return body(server.send("PATCH", path, json), 200).path("result").asString();
        }
    }

    @Nested
    class Offline {

        @Test
        void a_queue_sent_twice_makes_one_recording() {
            String queue = item("key-once", "null", "{\"patient_id\":\"patient-sync\",\"duration_seconds\":60}");
            JsonNode first = sync(queue);
            JsonNode second = sync(queue);
            assertThat(first.path("result").asString()).isEqualTo("applied");
            assertThat(second.path("result").asString()).isEqualTo("already-applied");
            assertThat(second.path("recording_id")).isEqualTo(first.path("recording_id"));
            assertThat(server.recording(first.path("recording_id").asString())
                            .path("local_storage_key")
                            .asString())
                    .isEqualTo("key-once");
        }

        @Test
        void different_fields_are_merged_and_the_same_field_waits_for_a_person() {
            String id = sync(item("key-merge", "null", "{\"patient_id\":\"patient-merge\",\"duration_seconds\":60}"))
                    .path("recording_id")
                    .asString();
            String path = RECORDINGS + "/" + id;
            body(server.send("PATCH", path, "{\"draft_transcript\":\"ours\"}"), 200);

            String offline = item("key-merge", "0", "{\"draft_transcript\":\"theirs\",\"duration_seconds\":61}");
            JsonNode answer = sync(offline);
            assertThat(answer.path("result").asString()).isEqualTo("conflict");
            assertThat(answer.path("applied").get(0).asString()).isEqualTo("duration_seconds");
            JsonNode both = answer.path("conflicts").get(0);
            assertThat(both.path("field").asString()).isEqualTo("draft_transcript");
            assertThat(both.path("client").asString()).isEqualTo("theirs");
            assertThat(both.path("server").asString()).isEqualTo("ours");
            assertThat(sync(offline).path("result").asString()).isEqualTo("conflict");
            assertThat(server.recording(id).path("version").asInt())
                    .isEqualTo(answer.path("version").asInt());

            JsonNode open = open(answer.path("conflict_id").asString());
            assertThat(open.path("fields").get(0).path("client").asString()).isEqualTo("theirs");
            assertThat(open.path("fields").get(0).path("server").asString()).isEqualTo("ours");

            String resolve = path + "/conflicts/" + answer.path("conflict_id").asString() + "/resolve";
            body(server.post(resolve, "{\"from_client\":[\"final_transcript\"]}"), 422);
            body(server.post(resolve, "{\"from_client\":[\"nonsense\"]}"), 422);
            body(server.post(resolve, "{\"from_client\":[\"draft_transcript\"],\"note\":\"newer\"}"), 200);
            assertThat(server.recording(id).path("draft_transcript").asString()).isEqualTo("theirs");
            assertThat(open(answer.path("conflict_id").asString()).isMissingNode())
                    .isTrue();
            body(server.post(resolve, "{\"from_client\":[]}"), 422);
            assertThat(sync(offline).path("result").asString()).isEqualTo("already-applied");
        }

        @Test
        void a_change_that_was_taken_in_is_known_even_after_others_changed_the_field_again() {
            String id = sync(item("key-again", "null", "{\"patient_id\":\"patient-again\"}"))
                    .path("recording_id")
                    .asString();
            String offline = item("key-again", "0", "{\"draft_transcript\":\"theirs\"}");
            assertThat(sync(offline).path("result").asString()).isEqualTo("applied");
            body(server.send("PATCH", RECORDINGS + "/" + id, "{\"draft_transcript\":\"later\"}"), 200);
            assertThat(sync(offline).path("result").asString()).isEqualTo("already-applied");
            assertThat(server.recording(id).path("draft_transcript").asString()).isEqualTo("later");
        }

        @Test
        void a_bad_item_is_rejected_and_the_next_one_is_taken_in() {
            JsonNode items = body(
                            server.post(
                                    RECORDINGS + "/sync",
                                    "{\"items\":[" + item("key-bad", "null", "{}") + ","
                                            + item("key-bad", "7", "{\"patient_id\":\"p\"}") + ","
                                            + item("key-good", "null", "{\"patient_id\":\"patient-good\"}") + "]}"),
                            200)
                    .path("items");
            assertThat(texts(items, "result")).containsExactly("rejected", "rejected", "applied");
            assertThat(items.get(0).path("problem").path("field").asString()).isEqualTo("patient_id");
            body(server.post(RECORDINGS + "/sync", "{}"), 422);
            body(server.post(RECORDINGS + "/sync", "{\"items\":[null]}"), 422);
        }

        @Test
        void every_field_of_a_recording_made_offline_is_taken_in() {
            JsonNode made = sync(item("key-whole", "null", """
                    {"patient_id":"patient-whole","duration_seconds":7,"audio_file_path":"/a.webm",
                     "draft_transcript":"draft","final_transcript":"final"}"""));
            assertThat(made.path("result").asString()).isEqualTo("applied");
            JsonNode recording = server.recording(made.path("recording_id").asString());
            for (JsonNode field : made.path("applied")) {
                assertThat(recording.path(field.asString()).isNull())
                        .as(field.asString())
                        .isFalse();
            }
            assertThat(made.path("applied").size()).isEqualTo(4);
            assertThat(recording.path("version")).isEqualTo(made.path("version"));
        }

        @Test
        void a_queue_that_is_refused_as_a_whole_has_written_nothing() {
            String queue = item("key-refused", "null", "{\"patient_id\":\"patient-refused\"}");
            body(server.post(RECORDINGS + "/sync", "{\"items\":[" + queue + ",null]}"), 422);
            assertThat(sync(queue).path("result").asString()).isEqualTo("applied");
        }

        @Test
        void both_versions_are_told_again_when_one_field_has_become_what_the_client_wants() {
            String id = sync(item("key-two", "null", "{\"patient_id\":\"patient-two\"}"))
                    .path("recording_id")
                    .asString();
            String path = RECORDINGS + "/" + id;
            body(server.send("PATCH", path, "{\"draft_transcript\":\"ours\",\"duration_seconds\":1}"), 200);
            String offline = item("key-two", "0", "{\"draft_transcript\":\"theirs\",\"duration_seconds\":2}");
            assertThat(sync(offline).path("conflicts").size()).isEqualTo(2);
            body(server.send("PATCH", path, "{\"duration_seconds\":2}"), 200);

            JsonNode again = sync(offline);
            assertThat(again.path("result").asString()).isEqualTo("conflict");
            assertThat(texts(again.path("conflicts"), "field")).containsExactly("duration_seconds", "draft_transcript");
            assertThat(texts(again.path("conflicts"), "client")).containsExactly("2", "theirs");
            assertThat(texts(again.path("conflicts"), "server")).containsExactly("2", "ours");
        }

        private static JsonNode sync(String item) {
            return body(server.post(RECORDINGS + "/sync", "{\"items\":[" + item + "]}"), 200)
                    .path("items")
                    .get(0);
        }

        private static String item(String key, String base, String changes) {
            return "{\"local_storage_key\":\"%s\",\"base_version\":%s,\"changes\":%s}".formatted(key, base, changes);
        }

        private static JsonNode open(String conflictId) {
            for (JsonNode conflict : body(server.get(RECORDINGS + "/conflicts"), 200)) {
                if (conflict.path("conflict_id").asString().equals(conflictId)) {
                    return conflict;
                }
            }
            return JsonMapper.shared().missingNode();
        }
    }
}
