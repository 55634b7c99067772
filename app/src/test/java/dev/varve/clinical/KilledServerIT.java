package dev.varve.clinical;

import static dev.varve.clinical.ClinicalServer.RECORDINGS;
import static dev.varve.clinical.ClinicalServer.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.app.cli.ServerProcess;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Recordings from the outside: the command line, a process that is killed with its database, and what it printed. */
class KilledServerIT {

    private static final String PATIENT = "Wolkenbruch-Patient-4711";
    private static final String DICTATED = "Zinnoberrotes Geheimnis der Lunge";

    @TempDir
    Path temporary;

    private ServerProcess varve(String... arguments) throws Exception {
        String[] all = List.of(arguments).toArray(new String[arguments.length + 2]);
        all[arguments.length] = "--data-dir";
        all[arguments.length + 1] = temporary.resolve("data").toString();
        return ServerProcess.start(temporary, all);
    }

    @Test
    void what_was_answered_before_a_kill_is_answered_after_it_and_no_patient_is_in_the_log() throws Exception {
        ServerProcess killed = varve("serve", "--port", "0");
        Map<String, String> before;
        try (ClinicalServer server = ClinicalServer.at(killed)) {
            assertThat(seeded()).contains("5 recorded, 0 there already");
            assertThat(seeded()).contains("0 recorded, 5 there already");
            String id = work(server);
            before = answers(server, id);
            assertThat(before.get(RECORDINGS + "/" + id)).startsWith("\"10\" ").contains(DICTATED);
            assertThat(before.get(RECORDINGS + "/work-queue"))
                    .as("the failed one of the sample, and this one, which is to be tried again")
                    .contains("\"status\":\"error\"", "\"status\":\"queued\"");

            killed.kill();
            long postgres = Long.parseLong(Files.readAllLines(temporary.resolve("data/postgres/postmaster.pid"))
                    .getFirst());
            ProcessHandle database = ProcessHandle.of(postgres).orElseThrow();
            database.destroyForcibly();
            database.onExit().join();

            ServerProcess again = varve("serve", "--port", "0");
            try (ClinicalServer started = ClinicalServer.at(again)) {
                assertThat(answers(started, id)).isEqualTo(before);
                started.create(PATIENT);
            }
            assertThat(killed.output() + again.output())
                    .contains("Varve serves on")
                    .doesNotContainIgnoringCase(PATIENT)
                    .doesNotContainIgnoringCase(DICTATED)
                    .doesNotContainIgnoringCase("zinnober");
        }
    }

    private String seeded() throws Exception {
        ServerProcess seed = varve("seed");
        assertThat(seed.exitCode()).as(seed.output()).isZero();
        return seed.output();
    }

    /** All that can be done with a recording, well and badly. */
    private static String work(ClinicalServer server) {
        String id = server.createAnd(PATIENT, "start-upload", "queue", "start-processing");
        String path = RECORDINGS + "/" + id;
        String transcribed = "{\"transcript\":\"%s\",\"final_transcript\":\"%s\",\"whisper_model\":\"m\"}"
                .formatted(DICTATED, DICTATED);
        body(server.post(path + "/transcription", transcribed), 200);
        body(
                server.post(
                        path + "/extraction",
                        "{\"fhir_bundle\":{\"note\":\"%s\"},\"llm_model\":\"m\"}".formatted(DICTATED)),
                200);
        body(
                server.post(
                        path + "/verification",
                        "{\"passed\":false,\"score\":0.6,\"issues\":[\"%s\"]}".formatted(DICTATED)),
                200);
        body(
                server.post(path + "/fail", "{\"error_message\":\"%s\",\"note\":\"%s\"}".formatted(DICTATED, PATIENT)),
                200);
        body(server.post(path + "/retry", "", "Idempotency-Key", PATIENT), 200);
        String offline =
                "{\"items\":[{\"local_storage_key\":\"k\",\"recording_id\":\"%s\",\"base_version\":0,\"changes\":{\"draft_transcript\":\"%s\"}}]}"
                        .formatted(id, DICTATED);
        body(server.post(RECORDINGS + "/sync", offline), 200);

        String queue = path + "/queue";
        assertThat(server.post(queue, "{\"note\":\"" + DICTATED + "\"}").statusCode())
                .isEqualTo(422);
        assertThat(server.post(path + "/complete", "{\"note\":\"" + DICTATED).statusCode())
                .isEqualTo(422);
        assertThat(server.post(RECORDINGS, "{\"patient_id\":[\"" + PATIENT + "\"]}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(server.post(RECORDINGS, "{\"" + PATIENT + "\":1}").statusCode())
                .isEqualTo(422);
        assertThat(server.get(RECORDINGS + "?status=" + PATIENT).statusCode()).isEqualTo(422);
        assertThat(server.get("/api/v1/clinical/patients/" + PATIENT + "/timeline")
                        .statusCode())
                .isEqualTo(422);
        assertThat(server.get("/record/" + PATIENT).body()).doesNotContain(PATIENT);
        return id;
    }

    /** What each query answers, with the version, by its address. */
    private static Map<String, String> answers(ClinicalServer server, String id) {
        String path = RECORDINGS + "/" + id;
        JsonNode recording = server.recording(id);
        Map<String, String> answers = new LinkedHashMap<>();
        for (String address : List.of(
                path,
                path + "/history",
                path + "?at=" + recording.path("position").asString(),
                RECORDINGS,
                RECORDINGS + "?status=queued&limit=1",
                RECORDINGS + "?clinician_id=clinician-001",
                RECORDINGS + "/work-queue",
                RECORDINGS + "/conflicts",
                "/api/v1/clinical/daily-counts",
                "/api/v1/clinical/patients/" + recording.path("patient").asString() + "/timeline",
                "/health")) {
            HttpResponse<String> answer = server.get(address);
            assertThat(answer.statusCode()).as(address).isEqualTo(200);
            answers.put(address, answer.headers().firstValue("ETag").orElse("-") + " " + answer.body());
        }
        return answers;
    }
}
