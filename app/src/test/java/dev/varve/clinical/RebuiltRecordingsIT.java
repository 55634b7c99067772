package dev.varve.clinical;

import static dev.varve.clinical.ClinicalServer.RECORDINGS;
import static dev.varve.clinical.ClinicalServer.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Read models whose texts are sealed: rebuilt, replayed, changed and of an erased patient, by what they answer. */
class RebuiltRecordingsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> PROJECTIONS =
            List.of("clinical.recordings", "clinical.conflicts", "clinical.patient-timelines", "clinical.daily-counts");

    private final TestDatabase database = TestDatabase.migrated();

    @TempDir
    Path folder;

    @Test
    void a_rebuild_and_a_replay_answer_the_same_and_what_was_erased_stays_so() throws SQLException {
        try (ClinicalServer server = ClinicalServer.start(database, folder)) {
            String kept = worked(server, "patient-kept");
            String erased = worked(server, "patient-erased");
            Map<String, String> before = answers(server, kept, erased);
            assertThat(before.toString()).contains("patient-erased", "words of patient-kept", "\"client\":\"theirs\"");
            String written = written();

            rebuild(server);
            assertThat(answers(server, kept, erased)).isEqualTo(before);

            PROJECTIONS.forEach(projection -> replay(server, projection));
            assertThat(answers(server, kept, erased)).isEqualTo(before);
            assertThat(written()).as("events recorded and messages sent").isEqualTo(written);

            body(
                    server.post(
                            "/admin/erasures",
                            "{\"kind\":\"patient\",\"identifier\":\"patient-erased\",\"reason\":\"asked for it\"}"),
                    200);
            Map<String, String> afterwards = answers(server, kept, erased);
            assertThat(afterwards.toString()).contains("words of patient-kept").doesNotContain("patient-erased");
            JsonNode redacted = server.recording(erased);
            assertThat(redacted.path("erased").asBoolean()).isTrue();
            assertThat(redacted.path("status").asString()).isEqualTo("error");
            for (String field :
                    List.of("patient_id", "transcript", "final_transcript", "fhir_bundle", "error_message")) {
                assertThat(redacted.get(field).isNull()).as(field).isTrue();
            }

            rebuild(server);
            assertThat(answers(server, kept, erased)).isEqualTo(afterwards);
            PROJECTIONS.forEach(projection -> replay(server, projection));
            assertThat(answers(server, kept, erased)).isEqualTo(afterwards);
        }
    }

    @Test
    void rows_of_other_code_are_made_anew_at_the_next_start() throws SQLException {
        String id;
        Map<String, String> before;
        try (ClinicalServer server = ClinicalServer.start(database, folder)) {
            id = worked(server, "patient-changed");
            before = answers(server, id);
        }
        execute("UPDATE clinical.recording SET status = 'pending', final_transcript_sealed = NULL");
        execute("UPDATE projection.version SET version = 0 WHERE projection = 'clinical.recordings'");
        try (ClinicalServer server = ClinicalServer.start(database, folder)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(answers(server, id)).isEqualTo(before));
        }
    }

    /** A recording that something of everything has happened to. */
    private static String worked(ClinicalServer server, String patient) {
        String id = server.createAnd(patient, "start-upload", "queue", "start-processing");
        String path = RECORDINGS + "/" + id;
        body(server.post(path + "/transcription", """
                        {"transcript":"words of %s","final_transcript":"words of %s","whisper_model":"m"}""".formatted(patient, patient)), 200);
        body(server.post(path + "/extraction", """
                {"fhir_bundle":{"subject":"%s"},"llm_model":"m"}""".formatted(patient)), 200);
        body(server.post(path + "/verification", """
                {"passed":false,"score":0.6,"issues":["%s"]}""".formatted(patient)), 200);
        body(server.post(path + "/fail", "{\"error_message\":\"%s\"}".formatted(patient)), 200);
        body(server.send("PATCH", path, "{\"draft_transcript\":\"ours\"}"), 200);
        body(server.post(RECORDINGS + "/sync", """
                {"items":[{"local_storage_key":"%s","recording_id":"%s","base_version":0,
                  "changes":{"draft_transcript":"theirs","duration_seconds":7}}]}""".formatted(patient, id)), 200);
        return id;
    }

    private static Map<String, String> answers(ClinicalServer server, String... ids) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (String address : List.of(
                RECORDINGS, RECORDINGS + "/work-queue", RECORDINGS + "/conflicts", "/api/v1/clinical/daily-counts")) {
            answers.put(address, answer(server, address));
        }
        for (String id : ids) {
            answers.put(id, answer(server, RECORDINGS + "/" + id));
            String patient = server.recording(id).path("patient").asString();
            answers.put(patient, answer(server, "/api/v1/clinical/patients/" + patient + "/timeline"));
        }
        return answers;
    }

    private static String answer(ClinicalServer server, String address) {
        HttpResponse<String> answer = server.get(address);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("ETag").orElse("-") + answer.body();
    }

    private static void rebuild(ClinicalServer server) {
        String order = "{\"projections\":[\"" + String.join("\",\"", PROJECTIONS) + "\"],\"verify\":true}";
        awaitState(server, server.post("/admin/rebuilds", order), "switched");
    }

    private static void replay(ClinicalServer server, String projection) {
        awaitState(server, server.post("/admin/replays", "{\"projection\":\"" + projection + "\"}"), "done");
    }

    private static void awaitState(ClinicalServer server, HttpResponse<String> started, String state) {
        body(started, 202);
        String address = started.headers().firstValue("Location").orElseThrow();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                body(server.get(address), 200).path("state").asString())
                        .as(server.get(address).body())
                        .isEqualTo(state));
    }

    private String written() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT (SELECT count(*) FROM event_store.event) || ' events, ' || count(*) || ' messages', count(*)
                        FROM outbox.message""")) {
            rows.next();
            assertThat(rows.getLong(2)).isPositive();
            return rows.getString(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }
}
