package dev.varve.clinical;

import static dev.varve.clinical.ClinicalServer.RECORDINGS;
import static dev.varve.clinical.ClinicalServer.body;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.app.LogLines;
import dev.varve.testkit.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AudioIT {

    private static final String UPLOAD = RECORDINGS + "/upload";
    private static final String NOBODY = "3f0e6a52-7b1c-4d7e-9a55-0c1f2d3e4b5a";
    private static final int LIMIT = 4_000_000;
    private static final byte[] TONE = Sounds.tone(440, 0.1);

    /** More than two of the segments in which files are sealed. */
    private static final byte[] LONG_TONE = Sounds.tone(441, 80);

    @TempDir
    static Path folder;

    private static ClinicalServer server;
    private static HttpClient client;

    private final String patient = "patient-" + UUID.randomUUID();
    private final String key = "device-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        server = ClinicalServer.start(TestDatabase.migrated(), folder, "varve.personal-files.max-size=" + LIMIT + "B");
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static HttpResponse<String> upload(BodyPublisher form, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(UPLOAD))
                .header("Content-Type", Form.TYPE)
                .POST(form);
        return server.noted(client.send(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString()));
    }

    private static HttpResponse<String> put(String id, byte[] audio, String mediaType) throws Exception {
        return server.noted(client.send(
                HttpRequest.newBuilder(server.uri(RECORDINGS + "/" + id + "/audio"))
                        .header("Content-Type", mediaType)
                        .PUT(BodyPublishers.ofByteArray(audio))
                        .build(),
                BodyHandlers.ofString()));
    }

    private static String uploaded(Form form) throws Exception {
        return body(upload(form.body()), 201).path("id").asString();
    }

    private static HttpResponse<byte[]> audio(String method, String id, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(RECORDINGS + "/" + id + "/audio"))
                .header("Varve-Min-Position", server.position())
                .method(method, HttpRequest.BodyPublishers.noBody());
        return client.send(
                (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofByteArray());
    }

    private static List<Path> files() throws IOException {
        Path files = folder.resolve("files");
        if (!Files.exists(files)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(files)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static int versions(String id) {
        return body(server.get(RECORDINGS + "/" + id + "/history"), 200).size();
    }

    @Nested
    class An_upload {

        @Test
        void is_answered_as_by_the_predecessor_and_waits_to_be_transcribed() throws Exception {
            HttpResponse<String> response = upload(new Form()
                    .text("draft_transcript", "coughs since märz")
                    .audio(TONE, "audio/wav", "söund.wav")
                    .text("local_storage_key", key)
                    .text("duration_seconds", "120")
                    .text("patient_id", patient)
                    .body());

            JsonNode answer = body(response, 201);
            assertThat(answer.propertyNames())
                    .containsExactly(
                            "id",
                            "patient_id",
                            "clinician_id",
                            "duration_seconds",
                            "status",
                            "created_at",
                            "local_storage_key");
            assertThat(answer.path("patient_id").asString()).isEqualTo(patient);
            assertThat(answer.path("local_storage_key").asString()).isEqualTo(key);
            assertThat(answer.path("status").asString()).isEqualTo("queued");
            String id = answer.path("id").asString();
            assertThat(response.headers().firstValue("Location")).hasValue(RECORDINGS + "/" + id);
            JsonNode recording = server.recording(id);
            assertThat(recording.path("draft_transcript").asString()).isEqualTo("coughs since märz");
            assertThat(recording.path("audio_file_path").asString()).isEqualTo("söund.wav");
            assertThat(recording.path("audio_file_size").asLong()).isEqualTo(TONE.length);
            assertThat(recording.path("audio_media_type").asString()).isEqualTo("audio/wav");
            assertThat(recording.path("upload_attempts").asInt()).isEqualTo(1);
            assertThat(recording.path("uploaded_at").isNull()).isFalse();
        }

        @Test
        void under_the_same_key_is_the_same_recording_and_writes_nothing_more() throws Exception {
            Form form = Form.of(patient, TONE).text("local_storage_key", key);
            HttpResponse<String> first = upload(form.body());
            int files = files().size();

            HttpResponse<String> repeat = upload(form.body());

            assertThat(repeat.statusCode()).isEqualTo(201);
            assertThat(repeat.body()).isEqualTo(first.body());
            assertThat(files()).hasSize(files);
            assertThat(versions(body(first, 201).path("id").asString())).isEqualTo(3);
        }

        @Test
        void with_the_same_idempotency_key_is_the_same_recording() throws Exception {
            Form form = Form.of(patient, TONE);

            String first = body(upload(form.body(), "Idempotency-Key", key), 201)
                    .path("id")
                    .asString();
            String repeat = body(upload(form.body(), "Idempotency-Key", key), 201)
                    .path("id")
                    .asString();
            String without = uploaded(form);

            assertThat(repeat).isEqualTo(first).isNotEqualTo(without);
        }

        @Test
        void gives_its_audio_to_a_recording_that_was_told_of_before() throws Exception {
            String id = body(server.post(RECORDINGS + "/sync", """
                                    {"items":[{"local_storage_key":"%s","changes":{"patient_id":"%s","duration_seconds":60}}]}
                                    """.formatted(key, patient)), 200)
                    .path("items")
                    .path(0)
                    .path("recording_id")
                    .asString();

            assertThat(uploaded(Form.of(patient, TONE)
                            .text("local_storage_key", key)
                            .text("draft_transcript", "coughs")))
                    .isEqualTo(id);

            assertThat(server.recording(id).path("status").asString()).isEqualTo("queued");
            assertThat(server.recording(id).path("draft_transcript").asString()).isEqualTo("coughs");
            assertThat(audio("GET", id).body()).isEqualTo(TONE);
        }

        @Test
        void of_the_file_alone_gives_it_to_a_recording_by_its_id() throws Exception {
            String id = server.create(patient);

            assertThat(body(put(id, LONG_TONE, "audio/wav"), 200).path("result").asString())
                    .isEqualTo("recorded");
            assertThat(body(put(id, LONG_TONE, "application/octet-stream"), 200)
                            .path("result")
                            .asString())
                    .isEqualTo("unchanged");

            assertThat(audio("GET", id).body()).isEqualTo(LONG_TONE);
            assertThat(server.recording(id).path("status").asString()).isEqualTo("queued");
            assertThat(versions(id)).isEqualTo(3);
        }

        @Test
        void of_the_file_alone_is_refused_as_a_form_is_and_leaves_nothing() throws Exception {
            List<Path> before = files();
            String id = server.create(patient);

            body(put(NOBODY, LONG_TONE, "audio/wav"), 404);
            body(put(id, new byte[0], "audio/wav"), 422);
            body(put(id, "no audio".getBytes(UTF_8), "audio/wav"), 415);
            body(put(id, TONE, "text/plain"), 415);
            assertThat(body(put(id, LONG_TONE, "audio/ogg"), 422).path("type").asString())
                    .isEqualTo("/problems/clinical/media-type-mismatch");
            body(put(id, Arrays.copyOf(LONG_TONE, LIMIT + 1), "audio/wav"), 413);

            assertThat(files()).containsExactlyInAnyOrderElementsOf(before);
            assertThat(versions(id)).isOne();
        }

        @Test
        void of_other_audio_for_a_recording_that_has_some_is_refused_and_leaves_nothing() throws Exception {
            uploaded(Form.of(patient, TONE).text("local_storage_key", key));
            List<Path> before = files();

            HttpResponse<String> other = upload(Form.of(patient, Sounds.tone(220, 0.2))
                    .text("local_storage_key", key)
                    .body());
            HttpResponse<String> foreign = upload(Form.of("somebody-else", TONE)
                    .text("local_storage_key", key)
                    .body());

            assertThat(body(other, 422).path("type").asString()).isEqualTo("/problems/clinical/transition-not-allowed");
            assertThat(body(foreign, 422).path("type").asString()).isEqualTo("/problems/clinical/recording-exists");
            assertThat(files()).containsExactlyInAnyOrderElementsOf(before);
        }

        @Test
        void of_too_much_is_refused_and_leaves_nothing() throws Exception {
            List<Path> before = files();
            byte[] tooLong = Arrays.copyOf(LONG_TONE, LIMIT + 1);

            HttpResponse<String> said = upload(Form.of(patient, tooLong).body());
            HttpResponse<String> unsaid = upload(Form.of(patient, tooLong).chunked());

            assertThat(body(said, 413).path("type").asString()).isEqualTo("/problems/varve/body-too-large");
            assertThat(body(unsaid, 413).path("limit").asLong()).isEqualTo(LIMIT);
            assertThat(files()).containsExactlyInAnyOrderElementsOf(before);
            assertThat(uploaded(Form.of(patient, Arrays.copyOf(LONG_TONE, LIMIT))))
                    .isNotBlank();
        }

        @Test
        void whose_connection_is_cut_leaves_nothing_and_can_be_sent_again() throws Exception {
            List<Path> before = files();
            byte[] form =
                    Form.of(patient, LONG_TONE).text("local_storage_key", key).bytes();
            URI address = server.uri(UPLOAD);
            try (LogLines log = LogLines.ofRunningServers()) {
                try (Socket socket = new Socket(address.getHost(), address.getPort())) {
                    OutputStream out = socket.getOutputStream();
                    out.write(("POST " + UPLOAD + " HTTP/1.1\r\nHost: 127.0.0.1:" + address.getPort()
                                    + "\r\nContent-Type: " + Form.TYPE + "\r\nContent-Length: " + form.length
                                    + "\r\n\r\n")
                            .getBytes(UTF_8));
                    out.write(form, 0, form.length / 2);
                    out.flush();
                    await().atMost(Duration.ofSeconds(20)).until(() -> files().size() > before.size());
                }
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(files()).containsExactlyInAnyOrderElementsOf(before));
                assertThat(body(server.get(RECORDINGS + "?limit=500"), 200).toString())
                        .doesNotContain(patient);
                assertThat(log.text()).doesNotContain("ERROR ");
            }

            String id = uploaded(Form.of(patient, LONG_TONE).text("local_storage_key", key));

            assertThat(audio("GET", id).body()).isEqualTo(LONG_TONE);
        }

        @Test
        void of_no_audio_is_refused() throws Exception {
            byte[] page = "<html><script>alert(1)</script></html>".getBytes(UTF_8);

            assertThat(upload(new Form()
                                    .audio(page, "audio/wav")
                                    .text("patient_id", patient)
                                    .text("duration_seconds", "1")
                                    .body())
                            .statusCode())
                    .isEqualTo(415);
            JsonNode mismatch = body(
                    upload(new Form()
                            .audio(TONE, "audio/webm;codecs=opus")
                            .text("patient_id", patient)
                            .text("duration_seconds", "1")
                            .body()),
                    422);
            assertThat(mismatch.path("type").asString()).isEqualTo("/problems/clinical/media-type-mismatch");
            assertThat(server.post(UPLOAD, "{}").statusCode()).isEqualTo(415);
        }

        static Stream<Form> refused() {
            return Stream.of(
                    new Form(),
                    new Form().text("patient_id", "p").text("duration_seconds", "1"),
                    new Form().audio(TONE, "audio/wav").text("duration_seconds", "1"),
                    new Form().audio(TONE, "audio/wav").text("patient_id", "p"),
                    new Form().audio(TONE, "audio/wav").text("patient_id", " ").text("duration_seconds", "1"),
                    Form.of("p", new byte[0]),
                    Form.of("p", TONE).text("duration_seconds", "2"),
                    Form.of("p", TONE).audio(TONE, "audio/wav"),
                    Form.of("p", TONE).text("clinician_id", "x"),
                    Form.of("p", TONE).text("local_storage_key", "x".repeat(256)),
                    Form.of("p", TONE).text("draft_transcript", "x".repeat(500_001)),
                    Form.of("p", TONE).text("draft_transcript", "a\0b"),
                    Form.of("p", TONE).part("Content-Disposition: form-data; name=\"draft_transcript\"", new byte[] {
                        'a', (byte) 0xc3, 'b'
                    }),
                    new Form().audio(TONE, "audio/wav").text("patient_id", "p").text("duration_seconds", "1.5"),
                    new Form().audio(TONE, "audio/wav").text("patient_id", "p").text("duration_seconds", "-1"));
        }

        @ParameterizedTest
        @MethodSource
        void refused(Form form) throws Exception {
            List<Path> before = files();

            JsonNode problem = body(upload(form.body()), 422);

            assertThat(problem.path("detail").asString()).isNotBlank();
            assertThat(files()).containsExactlyInAnyOrderElementsOf(before);
        }

        @Test
        void that_is_no_form_is_refused() throws Exception {
            for (String broken :
                    List.of("", "--", "------varve-test\r\nContent-Disposition: form-data; name=\"audio\"")) {
                assertThat(upload(HttpRequest.BodyPublishers.ofString(broken)).statusCode())
                        .as(broken)
                        .isEqualTo(422);
            }
        }

        @Test
        void is_sealed_and_that_of_an_erased_patient_refused() throws Exception {
            String id = uploaded(Form.of(patient, TONE));
            String waiting = server.create(patient);
            String half = new String(TONE, TONE.length / 2, 400, ISO_8859_1);
            for (Path file : files()) {
                assertThat(new String(Files.readAllBytes(file), ISO_8859_1)).doesNotContain(half);
            }
            int kept = files().size();

            JsonNode report = body(
                    server.post(
                            "/admin/erasures",
                            JsonMapper.shared()
                                    .writeValueAsString(Map.of(
                                            "kind", "patient", "identifier", patient, "reason", "asked for it"))),
                    200);

            assertThat(report.path("files").path("files").asInt()).isEqualTo(1);
            assertThat(files()).hasSize(kept - 1);
            HttpResponse<byte[]> gone = audio("GET", id);
            assertThat(gone.statusCode()).isEqualTo(404);
            assertThat(new String(gone.body(), UTF_8)).contains("/problems/clinical/audio-gone");
            assertThat(body(upload(Form.of(patient, TONE).body()), 422)
                            .path("type")
                            .asString())
                    .isEqualTo("/problems/clinical/patient-erased");
            assertThat(body(put(waiting, TONE, "audio/wav"), 422).path("type").asString())
                    .isEqualTo("/problems/clinical/patient-erased");
            assertThat(files()).hasSize(kept - 1);
        }
    }

    @Nested
    class The_audio_of_a_recording {

        @Test
        void comes_back_as_it_was_sent() throws Exception {
            String id = uploaded(Form.of(patient, LONG_TONE));

            HttpResponse<byte[]> whole = audio("GET", id);
            HttpResponse<byte[]> head = audio("HEAD", id);

            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(whole.body()).isEqualTo(LONG_TONE);
            assertThat(whole.headers().firstValue("Content-Type")).hasValue("audio/wav");
            assertThat(whole.headers().firstValue("Accept-Ranges")).hasValue("bytes");
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            for (String header : List.of("Content-Type", "Content-Length", "ETag", "Accept-Ranges")) {
                assertThat(head.headers().firstValue(header))
                        .as(header)
                        .isPresent()
                        .isEqualTo(whole.headers().firstValue(header));
            }
            assertThat(audio(
                                    "GET",
                                    id,
                                    "If-None-Match",
                                    whole.headers().firstValue("ETag").orElseThrow())
                            .statusCode())
                    .isEqualTo(304);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        bytes=0-0             | 0       | 1
                        bytes=0-99            | 0       | 100
                        bytes=1048000-1049999 | 1048000 | 2000
                        bytes=2560000-        | 2560000 | 44
                        bytes=-44             | 2560000 | 44
                        bytes=2559999-9999999 | 2559999 | 45
                        bytes=-9999999        | 0       | 2560044
                        """)
        void comes_in_parts(String range, int from, int length) throws Exception {
            String id = uploaded(Form.of(patient, LONG_TONE));

            HttpResponse<byte[]> part = audio("GET", id, "Range", range);

            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(LONG_TONE, from, from + length));
            assertThat(part.headers().firstValue("Content-Range"))
                    .hasValue("bytes %d-%d/%d".formatted(from, from + length - 1, LONG_TONE.length));
        }

        @Test
        void beyond_its_end_has_no_part() throws Exception {
            String id = uploaded(Form.of(patient, TONE));

            HttpResponse<byte[]> beyond = audio("GET", id, "Range", "bytes=" + TONE.length + "-");

            assertThat(beyond.statusCode()).isEqualTo(416);
            assertThat(beyond.headers().firstValue("Content-Range")).hasValue("bytes */" + TONE.length);
        }

        @Test
        void comes_in_parts_only_while_it_is_what_the_client_has() throws Exception {
            String id = uploaded(Form.of(patient, TONE));
            String etag = audio("HEAD", id).headers().firstValue("ETag").orElseThrow();

            assertThat(audio("GET", id, "Range", "bytes=0-9", "If-Range", etag).statusCode())
                    .isEqualTo(206);
            assertThat(audio("GET", id, "Range", "bytes=0-9", "If-Range", "\"other\"")
                            .body())
                    .isEqualTo(TONE);
            for (String ignored : List.of("bytes=9-0", "bytes=x", "pages=1-2", "bytes=0-1,4-5")) {
                assertThat(audio("GET", id, "Range", ignored).statusCode())
                        .as(ignored)
                        .isEqualTo(200);
            }
        }

        @Test
        void that_was_never_sent_is_a_404_and_a_lost_one_a_failure_of_the_server() throws Exception {
            String without = server.create(patient);
            assertThat(new String(audio("GET", without).body(), UTF_8)).contains("/problems/clinical/no-audio");
            assertThat(audio("GET", UUID.randomUUID().toString()).statusCode()).isEqualTo(404);

            String id = uploaded(Form.of(patient, TONE).text("local_storage_key", key));
            String contentId = server.recording(id).path("audio_content_id").asString();
            for (Path file : files()) {
                if (file.endsWith(contentId)) {
                    Files.delete(file);
                }
            }
            assertThat(audio("GET", id).statusCode()).isEqualTo(500);

            assertThat(uploaded(Form.of(patient, TONE).text("local_storage_key", key)))
                    .isEqualTo(id);
            assertThat(audio("GET", id).body()).isEqualTo(TONE);
        }
    }
}
