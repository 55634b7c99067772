package dev.varve.migrations;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A copy of schemas by PostgreSQL's own {@code pg_dump}, read back once from end to end.
 *
 * <p>The embedded PostgreSQL brings no {@code pg_dump}, so whether there is one depends on the machine.
 */
public final class Backup {

    private static final Pattern MAJOR = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final long PATIENCE_HOURS = 24;

    private final PGSimpleDataSource database;

    public Backup(PGSimpleDataSource database) {
        this.database = database;
    }

    /** How it ended. */
    public sealed interface Outcome {
        /** The copy is there and could be read back. */
        record Taken(Path file, long bytes) implements Outcome {}

        /** There is no copy, for this reason. */
        record NotTaken(String reason) implements Outcome {}
    }

    /** Copies the schemas to a new file. */
    public Outcome take(List<String> schemas, Path file) {
        try {
            int server = serverMajor();
            int client = clientMajor();
            if (client < server) {
                return new Outcome.NotTaken(
                        client == 0
                                ? "there is no pg_dump on the PATH (package postgresql-client-%d)".formatted(server)
                                : "pg_dump is version %d and cannot read a server of version %d"
                                        .formatted(client, server));
            }
            List<String> dump = new ArrayList<>(List.of("pg_dump", "--format=custom", "--file=" + file));
            schemas.forEach(schema -> dump.add("--schema=" + schema));
            String complaint = run(dump);
            if (complaint.isEmpty()) {
                // Reads every byte back; a truncated or damaged copy is noticed now, not on the day it is needed.
                complaint = run(List.of("pg_restore", "--file=/dev/null", file.toString()));
            }
            return complaint.isEmpty()
                    ? new Outcome.Taken(file, Files.size(file))
                    : new Outcome.NotTaken(complaint.strip());
        } catch (IOException | SQLException e) {
            return new Outcome.NotTaken(Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
    }

    private int serverMajor() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return connection.getMetaData().getDatabaseMajorVersion();
        }
    }

    private static int clientMajor() {
        try {
            Process process = new ProcessBuilder("pg_dump", "--version").start();
            Matcher version = MAJOR.matcher(new String(process.getInputStream().readAllBytes(), UTF_8));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** What the program complained of; empty if it succeeded. */
    private String run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGHOST", database.getServerNames()[0]);
        builder.environment().put("PGPORT", Integer.toString(database.getPortNumbers()[0]));
        builder.environment().put("PGDATABASE", Objects.requireNonNullElse(database.getDatabaseName(), ""));
        builder.environment().put("PGUSER", Objects.requireNonNullElse(database.getUser(), ""));
        builder.environment().put("PGPASSWORD", Objects.requireNonNullElse(database.getPassword(), ""));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (!process.waitFor(PATIENCE_HOURS, TimeUnit.HOURS)) {
                process.destroyForcibly();
                return command.getFirst() + " did not end within a day";
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return command.getFirst() + " was interrupted";
        }
        int exit = process.exitValue();
        return exit == 0 ? "" : "%s ended with %d: %s".formatted(command.getFirst(), exit, output);
    }
}
