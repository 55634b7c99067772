package dev.varve.app.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.app.assembly.VarveApplication;
import dev.varve.testkit.TestDatabase;
import dev.varve.testkit.faults.PostgresProxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole application, whose database is swallowed by the network. */
class DatabaseAwayIT {

    /** Three seconds by design, and what a machine under load adds. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(12);

    /** Ten seconds by design, and the same. */
    private static final Duration LONGEST_END = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void health_says_so_soon_and_the_process_ends_soon() throws Exception {
        TestDatabase database = TestDatabase.migrated();
        String name = Objects.requireNonNull(database.dataSource().getDatabaseName());
        try (PostgresProxy proxy = PostgresProxy.before(database.dataSource());
                ConfigurableApplicationContext application = start(database, proxy.jdbcUrl(name));
                HttpClient client = HttpClient.newHttpClient()) {
            int port = Objects.requireNonNull(((WebServerApplicationContext) application).getWebServer())
                    .getPort();
            assertThat(status(client, port, "")).isEqualTo(200);

            proxy.freeze();

            assertThat(status(client, port, "")).isEqualTo(503);
            assertThat(status(client, port, "/readiness")).isEqualTo(503);
            assertThat(status(client, port, "/liveness")).isEqualTo(200);
            Thread ending = Thread.ofPlatform().start(application::close);
            await().atMost(LONGEST_END).until(() -> !ending.isAlive());
        }
    }

    private ConfigurableApplicationContext start(TestDatabase database, String url) {
        return SpringApplication.run(
                VarveApplication.class,
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.datasource.url=" + url,
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--spring.main.banner-mode=off",
                "--varve.personal-data.key-folder=" + folder.resolve("keys"),
                "--varve.personal-files.folder=" + folder.resolve("files"));
    }

    private static int status(HttpClient client, int port, String part) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/health" + part))
                                .timeout(LONGEST_ANSWER)
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
