package dev.varve.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A backup from the outside: processes, HTTP, writers that do not stop. */
class HotBackupIT {

    private static final int WRITERS = 4;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

    @TempDir
    Path temporary;

    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final AtomicBoolean writing = new AtomicBoolean(true);

    @Test
    void a_backup_under_load_is_the_log_up_to_one_position() throws Exception {
        Path backups = temporary.resolve("backups");
        long position;
        String digest;
        try (ServerProcess server = serve("data")) {
            String address = server.address();
            run("outbox", "add", "board", "--sink", "log", "--start", "beginning", "--data-dir", at("data"));
            try (HttpClient client = HttpClient.newHttpClient();
                    ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
                for (int writer = 0; writer < WRITERS; writer++) {
                    String name = "writer" + writer;
                    writers.execute(() -> write(client, address, name));
                }
                Awaitility.await().atMost(LONGEST_WAIT).until(() -> acknowledged.size() > 50);
                try {
                    run("backup", "--data-dir", at("data"), "--to", backups.toString());
                } finally {
                    writing.set(false);
                }
            }
            JsonNode log = manifest(backups).get("log");
            position = log.get("position").asLong();
            digest = log.get("digest").asString();
            assertThat(Collections.max(acknowledged.values()))
                    .as("writers went on meanwhile")
                    .isGreaterThan(position);
            // The original up to that position is what the backup holds.
            String to = Long.toString(position);
            run("log", "verify", "--data-dir", at("data"), "--to", to, "--expect", digest);
        }
        run("restore", only(backups).toString(), "--data-dir", at("restored"));
        run("log", "verify", "--data-dir", at("restored"), "--expect", digest);
        copyKeys("data", "restored");
        comparesWithWhatWasAcknowledged(position);
    }

    /** They are in no backup, and a database does not go with others than its own. */
    private void copyKeys(String from, String to) throws IOException {
        Path keys = Files.createDirectory(temporary.resolve(to).resolve("keys"));
        try (Stream<Path> files = Files.walk(temporary.resolve(from).resolve("keys"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = keys.resolve(temporary.resolve(from).resolve("keys").relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private void comparesWithWhatWasAcknowledged(long position) throws Exception {
        try (ServerProcess server = serve("restored")) {
            assertThat(server.get("/admin/subscriptions"))
                    .contains("\"paused\":true")
                    .contains("restored from the backup");
            assertThat(stations(server.address(), position))
                    .containsExactlyInAnyOrderElementsOf(acknowledged.entrySet().stream()
                            .filter(station -> station.getValue() <= position)
                            .map(Map.Entry::getKey)
                            .toList());
        }
    }

    /** All that the read model holds once it has come to a position. */
    private static List<String> stations(String address, long position) throws Exception {
        List<String> found = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            int before;
            do {
                before = found.size();
                HttpResponse<String> page = client.send(
                        HttpRequest.newBuilder(
                                        URI.create(address + "/api/v1/transit/stations?limit=200&offset=" + before))
                                .header("Varve-Min-Position", Long.toString(position))
                                .timeout(Duration.ofSeconds(60))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
                JsonMapper.shared()
                        .readTree(page.body())
                        .path("items")
                        .forEach(station -> found.add(station.path("id").asString()));
            } while (found.size() > before);
        }
        return found;
    }

    private void write(HttpClient client, String address, String writer) {
        for (int n = 0; writing.get(); n++) {
            String station = writer + "-" + n;
            try {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(address + "/api/v1/transit/stations"))
                                .header("Content-Type", "application/json")
                                .timeout(Duration.ofSeconds(60))
                                .POST(HttpRequest.BodyPublishers.ofString("""
                                        {"stationId":"%s","name":"Stop %s","latitude":48.1,"longitude":11.5}""".formatted(station, station)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 201) {
                    acknowledged.put(
                            station,
                            answer.headers().firstValueAsLong("Varve-Position").orElseThrow());
                }
            } catch (Exception e) {
                throw new AssertionError("a writer was disturbed", e);
            }
        }
    }

    private ServerProcess serve(String data) throws Exception {
        return ServerProcess.start(temporary, "serve", "--data-dir", at(data), "--port", "0");
    }

    /** In this process; the server is another one, so it is as hot. */
    private static void run(String... arguments) {
        StringWriter printed = new StringWriter();
        CommandLine commandLine = CommandLineInterface.of(List.of(arguments), ContextCommands.withoutApplication());
        commandLine.setOut(new PrintWriter(printed, true));
        commandLine.setErr(new PrintWriter(printed, true));
        assertThat(commandLine.execute(arguments)).as(printed::toString).isZero();
    }

    private String at(String name) {
        return temporary.resolve(name).toString();
    }

    private static Path only(Path folder) throws Exception {
        try (Stream<Path> backups = Files.list(folder)) {
            return backups.toList().getFirst();
        }
    }

    private static JsonNode manifest(Path folder) throws Exception {
        return JsonMapper.shared().readTree(Files.readAllBytes(only(folder).resolve("varve-backup.json")));
    }
}
