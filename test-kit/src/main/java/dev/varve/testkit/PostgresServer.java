package dev.varve.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The PostgreSQL server that the tests of this JVM share: in a container where a Docker engine answers, embedded
 * elsewhere.
 *
 * <p>{@code VARVE_TEST_DATABASE=embedded|testcontainers} forces one; {@code VARVE_TEST_POSTGRES_IMAGE} names the image.
 * Both run with the durable settings off: a test that needs them starts a server of its own.
 */
final class PostgresServer {

    private static final String DEFAULT_IMAGE = "postgres:18";

    private final String host;
    private final int port;
    private final String user;
    private final String password;

    private PostgresServer(String host, int port, String user, String password) {
        this.host = host;
        this.port = port;
        this.user = user;
        this.password = password;
    }

    static PostgresServer shared() {
        return Shared.SERVER;
    }

    private static PostgresServer start() {
        String wanted = environment("VARVE_TEST_DATABASE", "");
        return switch (wanted.toLowerCase(Locale.ROOT)) {
            case "embedded" -> startEmbedded();
            case "testcontainers" -> startContainer();
            case "" -> DockerClientFactory.instance().isDockerAvailable() ? startContainer() : startEmbedded();
            default ->
                throw new IllegalArgumentException(
                        "VARVE_TEST_DATABASE is '" + wanted + "', and must be embedded or testcontainers");
        };
    }

    private static PostgresServer startEmbedded() {
        try {
            Path data = Files.createTempDirectory("varve-test-postgres-");
            EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                    .setPGStartupWait(TestDatabase.STARTUP_WAIT)
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(data, postgres)));
            return new PostgresServer("localhost", postgres.getPort(), "postgres", "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException("embedded PostgreSQL did not start", e);
        }
    }

    /** By a process that outlives this one: a hundred databases are a hundred thousand files, for which nobody need wait. */
    private static void remove(Path data, EmbeddedPostgres postgres) {
        postgres.getProcess().onExit().join();
        try {
            new ProcessBuilder("rm", "-rf", data.toString()).start();
        } catch (IOException e) {
            throw new UncheckedIOException("the data of the embedded PostgreSQL stay in " + data, e);
        }
    }

    // The container goes with the JVM, not with a block of code.
    @SuppressWarnings("resource")
    private static PostgresServer startContainer() {
        DockerImageName image = DockerImageName.parse(environment("VARVE_TEST_POSTGRES_IMAGE", DEFAULT_IMAGE))
                .asCompatibleSubstituteFor("postgres");
        PostgreSQLContainer container =
                new PostgreSQLContainer(image).withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=300");
        container.start();
        return new PostgresServer(
                container.getHost(),
                container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                container.getUsername(),
                container.getPassword());
    }

    private static String environment(String name, String otherwise) {
        @Nullable String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value.strip();
    }

    PGSimpleDataSource dataSource(String database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(jdbcUrl(database));
        dataSource.setUser(user);
        dataSource.setPassword(password);
        return dataSource;
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    private static final class Shared {
        private static final PostgresServer SERVER = start();
    }
}
