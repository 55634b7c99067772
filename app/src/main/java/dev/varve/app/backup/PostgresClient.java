package dev.varve.app.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** {@code pg_dump} and {@code pg_restore} of one installation on this machine. We bring none. */
final class PostgresClient {

    private static final Pattern MAJOR = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final Path bin;
    private final int major;

    private PostgresClient(Path bin, int major) {
        this.bin = bin;
        this.major = major;
    }

    /** The newest there is on the PATH and where Debian puts them; a newer one can read every older server. */
    static Optional<PostgresClient> newest() {
        List<Path> folders = new ArrayList<>();
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        for (String folder : path.split(":", -1)) {
            if (!folder.isBlank()) {
                folders.add(Path.of(folder));
            }
        }
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                versions.map(version -> version.resolve("bin")).forEach(folders::add);
            } catch (IOException e) {
                throw new OperatorError("cannot look for PostgreSQL in " + DEBIAN, e);
            }
        }
        return folders.stream()
                .filter(bin -> Files.isExecutable(bin.resolve("pg_dump")))
                .filter(bin -> Files.isExecutable(bin.resolve("pg_restore")))
                .map(bin -> new PostgresClient(bin, major(bin.resolve("pg_dump"))))
                .max(Comparator.comparingInt(client -> client.major));
    }

    /** One that can copy a server of a version, or an answer what is missing. */
    static PostgresClient forServer(int serverMajor) {
        Optional<PostgresClient> found = newest();
        return found.filter(client -> client.major >= serverMajor)
                .orElseThrow(() ->
                        new OperatorError("%s, and the server is version %d: install postgresql-client-%2$d or newer"
                                .formatted(
                                        found.map(client -> "pg_dump in %s is version %d"
                                                        .formatted(client.bin, client.major))
                                                .orElse("there is no pg_dump and pg_restore on this machine"),
                                        serverMajor)));
    }

    private static int major(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version").start();
            Matcher version = MAJOR.matcher(new String(process.getInputStream().readAllBytes(), UTF_8));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Copies the database, all of it, in the state of one snapshot. */
    void dump(Database database, Path file) throws IOException {
        run(database, "copy the database", List.of("pg_dump", "--format=custom", "--file=" + file));
    }

    /**
     * Brings a copy into a database that is empty.
     *
     * @param options of {@code pg_restore}
     */
    void restore(Database database, Path file, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of("pg_restore", "--exit-on-error", "--no-owner"));
        command.addAll(options);
        command.add("--dbname=" + parsed(database).getDatabaseName());
        command.add(file.toString());
        run(database, "bring the copy back", command);
    }

    private void run(Database database, String what, List<String> command) throws IOException {
        List<String> withPath = new ArrayList<>(command);
        withPath.set(0, bin.resolve(command.getFirst()).toString());
        ProcessBuilder builder = new ProcessBuilder(withPath).redirectErrorStream(true);
        PGSimpleDataSource address = parsed(database);
        put(builder, "PGHOST", address.getServerNames()[0]);
        put(builder, "PGPORT", Integer.toString(address.getPortNumbers()[0]));
        put(builder, "PGDATABASE", address.getDatabaseName());
        put(builder, "PGUSER", address.getUser());
        put(builder, "PGPASSWORD", address.getPassword());
        put(builder, "PGSSLMODE", address.getSslMode());
        Process process = builder.start();
        process.getOutputStream().close();
        try {
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new OperatorError("%s could not %s (it ended with %d): %s"
                        .formatted(withPath.getFirst(), what, exit, output.strip()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorError(command.getFirst() + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void put(ProcessBuilder builder, String name, @Nullable String value) {
        if (value != null) {
            builder.environment().put(name, value);
        }
    }

    private static PGSimpleDataSource parsed(Database database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.jdbcUrl());
        if (database.user() != null) {
            dataSource.setUser(database.user());
        }
        if (database.password() != null) {
            dataSource.setPassword(database.password());
        }
        return dataSource;
    }
}
