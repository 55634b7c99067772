package dev.varve.clinical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.app.assembly.VarveApplication;
import dev.varve.app.cli.ServerProcess;
import dev.varve.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole application, in this process or in one of its own, and a client that reads what it has just written. */
final class ClinicalServer implements AutoCloseable {

    static final String RECORDINGS = "/api/v1/recordings";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Runnable stop;
    private final String address;
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicLong position = new AtomicLong();

    private ClinicalServer(Runnable stop, String address) {
        this.stop = stop;
        this.address = address;
    }

    /** A server that was started as a process, by its command line. */
    static ClinicalServer at(ServerProcess process) {
        return new ClinicalServer(process::close, process.address());
    }

    /** @param folder for what lies beside the database: the keys, and the files of persons */
    static ClinicalServer start(TestDatabase database, Path folder, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--spring.main.banner-mode=off",
                "--varve.query.min-position-timeout=30s",
                "--varve.personal-data.key-folder=" + folder.resolve("keys"),
                "--varve.personal-files.folder=" + folder.resolve("files")));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(arguments::add);
        ConfigurableApplicationContext context =
                SpringApplication.run(VarveApplication.class, arguments.toArray(String[]::new));
        int port = ((WebServerApplicationContext) context).getWebServer().getPort();
        return new ClinicalServer(context::close, "http://127.0.0.1:" + port);
    }

    HttpResponse<String> get(String path) {
        return send(request(path).header("Varve-Min-Position", position()).GET());
    }

    HttpResponse<String> post(String path, String json, String... headers) {
        return send("POST", path, json, headers);
    }

    HttpResponse<String> send(String method, String path, String json, String... headers) {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** The body of an answer that has this status. */
    static JsonNode body(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }

    /** A new recording's id. */
    String create(String patientId) {
        return body(post(RECORDINGS, "{\"patient_id\":\"%s\",\"duration_seconds\":120}".formatted(patientId)), 201)
                .path("id")
                .asString();
    }

    /** A recording that was brought so far: {@code start-upload}, {@code queue}, … */
    String createAnd(String patientId, String... steps) {
        String id = create(patientId);
        for (String step : steps) {
            body(post(RECORDINGS + "/" + id + "/" + step, ""), 200);
        }
        return id;
    }

    JsonNode recording(String id) {
        return body(get(RECORDINGS + "/" + id), 200);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path));
    }

    URI uri(String path) {
        return URI.create(address + path);
    }

    /** What the last command reached, so that a query that names it sees it. */
    String position() {
        return position.toString();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return noted(client.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Takes note of the position that an answer names. */
    <T> HttpResponse<T> noted(HttpResponse<T> response) {
        response.headers()
                .firstValue("Varve-Position")
                .ifPresent(at -> position.accumulateAndGet(Long.parseLong(at), Math::max));
        return response;
    }

    @Override
    public void close() {
        client.close();
        stop.run();
    }
}
