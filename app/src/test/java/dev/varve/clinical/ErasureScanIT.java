package dev.varve.clinical;

import static dev.varve.clinical.ClinicalServer.RECORDINGS;
import static dev.varve.clinical.ClinicalServer.body;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.app.LogLines;
import dev.varve.events.PersonalText;
import dev.varve.personal.PersonalData;
import dev.varve.personal.PersonalDataSettings;
import dev.varve.testkit.TestDatabase;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/**
 * Says unmistakable things about one patient through every door, erases them, and looks for what was said in everything
 * that is kept, while the log is as talkative as it can be.
 */
@ExtendWith(OutputCaptureExtension.class)
class ErasureScanIT {

    /** The beginning of all that is said about the patient, and of nothing else. */
    private static final String SAID = "Quxzvoryn";

    private static final String PATIENT = SAID + "-patient";
    private static final String OTHER_PATIENT = "somebody-else";
    private static final String REPEATED = "device-kept-answer";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String[] TALKATIVE = {"logging.level.root=DEBUG"};

    @TempDir
    private Path folder;

    private final TestDatabase database = TestDatabase.migrated();

    @Test
    void nothing_of_an_erased_person_is_found_or_readable_anywhere(CapturedOutput console) throws Exception {
        try (ClinicalServer one = ClinicalServer.start(database, folder, TALKATIVE);
                ClinicalServer two = ClinicalServer.start(database, folder, TALKATIVE);
                LogLines log = LogLines.ofRunningServers();
                HttpClient client = HttpClient.newHttpClient()) {
            one.create(OTHER_PATIENT);
            String told = sayThroughEveryDoor(one, client);
            String uploaded = upload(one, client);
            assertThat(one.recording(told).toString()).contains(SAID);
            assertThat(two.recording(uploaded).toString()).contains(SAID);
            String subject = one.recording(told).path("patient").asString();
            String kept = repeatable(one).body();
            assertThat(kept).contains(SAID);

            Leaks leaks = new Leaks(database, folder);
            assertThat(leaks.of(List.of(SAID))).as("while the patient is known").isEmpty();
            assertThat(log.text()).doesNotContain(SAID);
            // The search finds what is there: the pseudonym, which is no secret.
            assertThat(leaks.inRows(List.of(subject))).hasSizeGreaterThan(4);
            assertThat(leaks.inDatabaseFiles(List.of(subject)))
                    .anyMatch(where -> where.contains("base/"))
                    .anyMatch(where -> where.contains("pg_wal/"));
            assertThat(leaks.inFiles(List.of(subject))).isNotEmpty();
            List<PersonalText> sealed = sealedTexts(subject);
            assertThat(sealed).hasSizeGreaterThan(20);

            JsonNode report = body(
                    one.post(
                            "/admin/erasures",
                            "{\"kind\":\"patient\",\"identifier\":\"%s\",\"reason\":\"asked for it\"}"
                                    .formatted(PATIENT)),
                    200);

            assertThat(report.path("subject").asString()).isEqualTo(subject);
            assertThat(report.path("tables").propertyNames())
                    .contains(
                            "event_store.event", "clinical.recording", "clinical.conflict", "event_store.dead_letter");
            assertThat(report.path("files").path("files").asInt()).isEqualTo(1);
            assertThat(report.path("answersRemoved").asInt()).isPositive();
            assertThat(report.path("notCovered").isEmpty()).isFalse();
            for (ClinicalServer node : List.of(one, two)) {
                assertUnreadable(node, client, told);
                assertUnreadable(node, client, uploaded);
            }
            assertThat(repeatable(two).body()).doesNotContain(SAID);
            PersonalData keys = PersonalData.in(new PersonalDataSettings(folder.resolve("keys"), List.of(), null));
            assertThat(sealed).allSatisfy(text -> assertThat(keys.open(text)).isEmpty());
            assertThat(one.get(RECORDINGS).body()).contains(OTHER_PATIENT);

            JsonNode before = one.recording(told);
            rebuild(one);
            assertThat(one.recording(told)).isEqualTo(before);
            assertUnreadable(two, client, told);

            assertThat(leaks.of(List.of(SAID))).as("after the erasure").isEmpty();
            for (String address : List.of(
                    RECORDINGS,
                    RECORDINGS + "/conflicts",
                    "/feed/all?since=beginning",
                    "/actuator/prometheus",
                    "/admin/projections/clinical.patient-timelines/parked",
                    "/api/v1/clinical/patients/" + subject + "/timeline")) {
                HttpResponse<String> answer = two.get(address);
                assertThat(answer.statusCode()).as(address).isEqualTo(200);
                assertThat(answer.body()).as(address).doesNotContain(SAID);
            }
            assertThat(log.text()).doesNotContain(SAID).contains("DEBUG");
        }
        assertThat(console.getAll()).doesNotContain(SAID);
    }

    private String sayThroughEveryDoor(ClinicalServer server, HttpClient client) throws Exception {
        String id = server.create(PATIENT);
        String path = RECORDINGS + "/" + id;
        body(server.post(path + "/start-upload", note("upload")), 200);
        body(server.post(path + "/queue", note("queue")), 200);
        body(server.post(path + "/start-processing", note("processing")), 200);
        body(server.post(path + "/transcription", """
                {"transcript":"%1$s raw","final_transcript":"%1$s final","whisper_model":"small","note":"%1$s"}
                """.formatted(SAID)), 200);
        body(server.post(path + "/extraction", """
                {"fhir_bundle":{"resourceType":"Bundle","id":"%s"},"llm_model":"llm-1"}
                """.formatted(SAID)), 200);
        body(server.post(path + "/verification", """
                {"passed":false,"score":0.4,"issues":["%1$s issue"],"checks_performed":["dosage_format"],
                 "alerts":[{"rule_id":"dose","message":"%1$s alert","severity":"high"}]}
                """.formatted(SAID)), 200);
        body(server.post(path + "/fail", "{\"error_message\":\"%s failed\"}".formatted(SAID)), 200);
        body(server.post(path + "/retry", note("retry")), 200);
        parkSomething(server, path);
        body(server.send("PATCH", path, "{\"draft_transcript\":\"%s draft\"}".formatted(SAID)), 200);
        String changed = "{\"draft_transcript\":\"%s theirs\",\"audio_file_path\":\"/%s.webm\"}".formatted(SAID, SAID);
        JsonNode conflict = sync(server, id, changed);
        assertThat(conflict.path("result").asString()).isEqualTo("conflict");
        body(server.get(RECORDINGS + "/conflicts"), 200);
        body(
                server.post(
                        path + "/conflicts/" + conflict.path("conflict_id").asString() + "/resolve",
                        "{\"from_client\":[],\"note\":\"%s\"}".formatted(SAID)),
                200);
        body(server.send("PATCH", path, "{\"draft_transcript\":\"%s later\"}".formatted(SAID)), 200);
        assertThat(sync(server, id, "{\"draft_transcript\":\"%s waits\"}".formatted(SAID))
                        .path("result")
                        .asString())
                .isEqualTo("conflict");
        body(server.get(path + "/history"), 200);
        body(server.get(path + "?at=2099-01-01T00:00:00Z"), 200);
        sayWhatIsRefused(server, path, client);
        return id;
    }

    private static void sayWhatIsRefused(ClinicalServer server, String path, HttpClient client) throws Exception {
        for (String refused : List.of(
                "{\"patient_id\":\"%s\"",
                "{\"patient_id\":\"%s\",\"duration_seconds\":-1}",
                "{\"patient_id\":\"%s\",\"duration_seconds\":\"%s\"}",
                "{\"%s\":1}",
                "{\"patient_id\":{\"%s\":1},\"duration_seconds\":1}")) {
            assertThat(server.post(RECORDINGS, refused.replace("%s", SAID), "Idempotency-Key", "refused")
                            .statusCode())
                    .isEqualTo(422);
        }
        assertThat(server.post(path + "/complete", note("too early"), "Idempotency-Key", "too-early")
                        .statusCode())
                .isEqualTo(422);
        assertThat(server.post("/admin/erasures", "{\"kind\":\"%s\",\"identifier\":\"%s\"}".formatted(SAID, SAID))
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.post(
                                "/admin/erasures",
                                "{\"kind\":\"learner\",\"identifier\":\"%s\",\"reason\":\"x\"}".formatted(SAID))
                        .statusCode())
                .isEqualTo(404);
        HttpRequest noAudio = HttpRequest.newBuilder(server.uri(RECORDINGS + "/upload"))
                .header("Content-Type", Form.TYPE)
                .POST(Form.of(SAID, SAID.getBytes(US_ASCII)).body())
                .build();
        assertThat(client.send(noAudio, BodyHandlers.ofString()).statusCode()).isEqualTo(415);
    }

    /** A read model refuses the next event, whose error PostgreSQL words with the row. */
    private void parkSomething(ClinicalServer server, String path) throws SQLException {
        execute("ALTER TABLE clinical.patient_timeline ADD CONSTRAINT not_now CHECK (false) NOT VALID");
        body(server.send("PATCH", path, "{\"final_transcript\":\"%s parked\"}".formatted(SAID)), 200);
        until(() -> !body(server.get("/admin/projections/clinical.patient-timelines/parked"), 200)
                .isEmpty());
        execute("ALTER TABLE clinical.patient_timeline DROP CONSTRAINT not_now");
    }

    private static String upload(ClinicalServer server, HttpClient client) throws Exception {
        byte[] tone = Sounds.tone(440, 2);
        for (int at = 1_000; at < tone.length - 100; at += 1_000) {
            System.arraycopy(SAID.getBytes(US_ASCII), 0, tone, at, SAID.length());
        }
        Form form = new Form()
                .text("draft_transcript", SAID + " draft")
                .audio(tone, "audio/wav", SAID + ".wav")
                .text("patient_id", PATIENT)
                .text("duration_seconds", "2");
        HttpResponse<String> response = server.noted(client.send(
                HttpRequest.newBuilder(server.uri(RECORDINGS + "/upload"))
                        .header("Content-Type", Form.TYPE)
                        .POST(form.body())
                        .build(),
                BodyHandlers.ofString()));
        return body(response, 201).path("id").asString();
    }

    private static HttpResponse<String> repeatable(ClinicalServer server) {
        return server.post(
                RECORDINGS,
                "{\"patient_id\":\"%s\",\"duration_seconds\":1}".formatted(PATIENT),
                "Idempotency-Key",
                REPEATED);
    }

    private static JsonNode sync(ClinicalServer server, String id, String changes) {
        return body(server.post(RECORDINGS + "/sync", """
                        {"items":[{"local_storage_key":"device-1","recording_id":"%s","base_version":0,"changes":%s}]}
                        """.formatted(id, changes)), 200)
                .path("items")
                .path(0);
    }

    private static String note(String step) {
        return "{\"note\":\"%s %s\"}".formatted(SAID, step);
    }

    private static void assertUnreadable(ClinicalServer node, HttpClient client, String id) throws Exception {
        JsonNode recording = node.recording(id);
        assertThat(recording.toString()).doesNotContain(SAID);
        assertThat(recording.path("erased").asBoolean()).isTrue();
        assertThat(recording.path("patient_id").isNull()).isTrue();
        for (String address : List.of("/history", "?at=2099-01-01T00:00:00Z")) {
            HttpResponse<String> past = node.get(RECORDINGS + "/" + id + address);
            assertThat(past.statusCode()).isEqualTo(200);
            assertThat(past.body()).doesNotContain(SAID);
        }
        assertThat(node.get(RECORDINGS + "/" + id + "/audio").statusCode()).isEqualTo(404);
        assertThat(node.send("PATCH", RECORDINGS + "/" + id, "{\"draft_transcript\":\"%s once more\"}".formatted(SAID))
                        .statusCode())
                .isEqualTo(422);
        HttpRequest feed =
                HttpRequest.newBuilder(node.uri("/feed/all?since=beginning")).build();
        assertThat(client.send(feed, BodyHandlers.ofString()).body()).doesNotContain(SAID);
    }

    private static void rebuild(ClinicalServer server) {
        JsonNode started = body(
                server.post(
                        "/admin/rebuilds",
                        "{\"projections\":[\"clinical.recordings\",\"clinical.conflicts\",\"clinical.patient-timelines\"]}"),
                202);
        String address = "/admin/rebuilds/" + started.path("id").asString();
        until(() -> body(server.get(address), 200).path("state").asString().equalsIgnoreCase("switched"));
    }

    /** Everything in the events that was sealed as theirs. */
    private List<PersonalText> sealedTexts(String subject) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT DISTINCT t #>> '{sealed}' FROM event_store.event,
                               jsonb_path_query(convert_from(payload, 'UTF8')::jsonb, '$.** ? (@.subject == "%s")') t
                        """.formatted(subject))) {
            List<PersonalText> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(new PersonalText(subject, rows.getString(1)));
            }
            return texts;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void until(BooleanSupplier condition) {
        await().atMost(PATIENCE).until(condition::getAsBoolean);
    }
}
