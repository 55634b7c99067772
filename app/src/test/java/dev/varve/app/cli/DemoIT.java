package dev.varve.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job from the outside: processes, a port, signals. */
class DemoIT {

    /** A row of an import's report: read, recorded, unchanged, rejected. */
    private static final Pattern ALL = Pattern.compile("(?m)^all +([\\d,]+) +([\\d,]+) +([\\d,]+) +([\\d,]+)$");

    @TempDir
    Path temporary;

    private String data() {
        return temporary.resolve("data").toString();
    }

    @Test
    void a_killed_server_comes_back_with_its_data_and_a_second_demo_records_nothing() throws Exception {
        ServerProcess first = ServerProcess.start(temporary, "demo", "--data-dir", data(), "--port", "0");
        String stations = first.get("/api/v1/transit/stations?query=hauptbahnhof");
        assertThat(stations).contains("Lindental Hauptbahnhof");
        assertThat(recorded(first)).isPositive();
        first.kill();

        try (ServerProcess second = ServerProcess.start(temporary, "demo", "--data-dir", data(), "--port", "0")) {
            assertThat(second.get("/api/v1/transit/stations?query=hauptbahnhof"))
                    .contains("Lindental Hauptbahnhof");
            assertThat(second.output()).contains("was running");
            assertThat(recorded(second)).isZero();

            ServerProcess status = ServerProcess.start(temporary, "status", "--data-dir", data());
            assertThat(status.exitCode()).isZero();
            assertThat(status.output()).contains(second.address()).contains("caught up");

            its_database_is_killed_and_cannot_start_for_a_while(second);
        }
        assertThat(temporary.resolve("data/postgres/postmaster.pid")).doesNotExist();
    }

    private void its_database_is_killed_and_cannot_start_for_a_while(ServerProcess server) throws Exception {
        Path control = Path.of(data(), "postgres", "global", "pg_control");
        Path away = Path.of(data(), "pg_control");
        long pid = Long.parseLong(Files.readAllLines(Path.of(data(), "postgres", "postmaster.pid"))
                .getFirst());
        Files.move(control, away);
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        // The sessions that are open end a moment after their server.
        HttpResponse<String> unanswered = await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> server.response("/api/v1/transit/stations?query=hauptbahnhof"),
                        response -> response.statusCode() != 200);
        assertThat(unanswered.statusCode()).isEqualTo(503);
        assertThat(unanswered.body()).contains("database-away");
        assertThat(server.response("/actuator/health/liveness").statusCode()).isEqualTo(200);

        Files.move(away, control);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> server.get("/api/v1/transit/stations?query=hauptbahnhof")
                        .contains("Lindental Hauptbahnhof"));
    }

    @Test
    void a_port_that_is_taken_is_said_before_anything_is_started() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ServerProcess serve = ServerProcess.start(
                    temporary, "serve", "--data-dir", data(), "--port", Integer.toString(taken.getLocalPort()));

            assertThat(serve.exitCode()).isEqualTo(1);
            assertThat(serve.output()).startsWith("varve: cannot listen on 127.0.0.1 port " + taken.getLocalPort());
            assertThat(Files.exists(Path.of(data()))).isFalse();
        }
    }

    @Test
    void an_address_that_others_reach_is_refused_without_keys() throws Exception {
        ServerProcess serve =
                ServerProcess.start(temporary, "serve", "--data-dir", data(), "--port", "0", "--host", "0.0.0.0");

        assertThat(serve.exitCode()).isEqualTo(1);
        assertThat(serve.output()).contains("0.0.0.0").doesNotContain("\tat ");
        assertThat(temporary.resolve("data/postgres/postmaster.pid")).doesNotExist();
    }

    private static long recorded(ServerProcess demo) {
        String address = demo.address();
        Matcher row = ALL.matcher(demo.output());
        assertThat(row.find())
                .as("a report of %s in %s", address, demo.output())
                .isTrue();
        return Long.parseLong(row.group(2).replace(",", ""));
    }
}
