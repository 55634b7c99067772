package dev.varve.app.postgres;

import dev.varve.app.operator.OperatorError;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code initdb}, {@code pg_ctl} and {@code postgres}.
 *
 * <p>PostgreSQL refuses to run as root. For root it is started in a user namespace in which it is nobody, while the
 * kernel still knows its files as root's.
 */
final class PostgresPrograms {

    private static final Duration LONGEST_RUN = Duration.ofMinutes(3);
    private static final int MILLIS_BETWEEN_LOOKS = 5;
    private static final int LINES_SHOWN = 12;
    private static final Path NOTHING = Path.of("/dev/null");

    private final PostgresBinaries binaries;
    private final List<String> prefix;

    private PostgresPrograms(PostgresBinaries binaries, List<String> prefix) {
        this.binaries = binaries;
        this.prefix = List.copyOf(prefix);
    }

    static PostgresPrograms of(PostgresBinaries binaries) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return new PostgresPrograms(binaries, List.of());
        }
        List<String> namespace = List.of("unshare", "-U");
        if (!answersZero(namespace)) {
            throw new OperatorError("PostgreSQL does not run as root, and this system does not let root start it in a"
                    + " user namespace (unshare -U): run Varve as another user, or name a database with"
                    + " --database-url");
        }
        return new PostgresPrograms(binaries, namespace);
    }

    private static boolean answersZero(List<String> prefix) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            return run(command).exitCode() == 0;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes a new cluster with checksums, UTF-8, and an order of text that does not depend on the system. */
    void initialise(Path cluster, String user, Path passwordFile) throws IOException {
        check(
                "make a new PostgreSQL data directory in " + cluster,
                run(command(
                        "initdb",
                        "--pgdata=" + cluster,
                        "--username=" + user,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--data-checksums",
                        "--set=timezone=UTC",
                        "--set=log_timezone=UTC",
                        "--no-instructions")));
    }

    /** Starts the server in a session of its own, so that Ctrl-C in the terminal does not reach it. */
    void start(Path cluster, Path log, List<String> settings) throws IOException {
        boolean started = runUntil(
                () -> PostmasterFile.read(cluster)
                        .filter(server -> server.ready() && server.isAlive())
                        .isPresent(),
                command(
                        "pg_ctl",
                        "start",
                        "--wait",
                        "--timeout=" + LONGEST_RUN.toSeconds(),
                        "--silent",
                        "--pgdata=" + cluster,
                        "--log=" + log,
                        "--options=" + String.join(" ", settings)));
        if (!started) {
            throw new OperatorError("PostgreSQL did not start in %s. The end of %s:%n%s"
                    .formatted(cluster, log, lastLines(Files.readString(log))));
        }
    }

    /** Stops the server: open transactions are rolled back, everything committed is on disk. */
    void stop(Path cluster) throws IOException {
        stop(cluster, "fast");
    }

    /** Stops a server whose data nobody wants any more. */
    void stopAtOnce(Path cluster) throws IOException {
        stop(cluster, "immediate");
    }

    private void stop(Path cluster, String mode) throws IOException {
        Optional<PostmasterFile> server = PostmasterFile.read(cluster);
        boolean stopped = runUntil(
                () -> server.isPresent() && !server.get().isAlive(),
                command(
                        "pg_ctl",
                        "stop",
                        "--mode=" + mode,
                        "--wait",
                        "--timeout=" + LONGEST_RUN.toSeconds(),
                        "--silent",
                        "--pgdata=" + cluster));
        if (!stopped) {
            throw new OperatorError("cannot stop PostgreSQL in %s; its log says why".formatted(cluster));
        }
    }

    /**
     * Recovers a cluster in a single process without connections, and runs a statement there.
     *
     * @param durable whether all of it is on disk when this returns
     */
    void recover(Path cluster, String statement, boolean durable) throws IOException {
        List<String> command = command(
                "postgres",
                "--single",
                "-D",
                cluster.toString(),
                "-c",
                "fsync=" + (durable ? "on" : "off"),
                // The statement may hold a password.
                "-c",
                "log_min_error_statement=panic",
                "postgres");
        Path input = Files.createTempFile("varve-postgres-", ".in");
        try {
            Files.writeString(input, statement + System.lineSeparator());
            Outcome outcome = run(command, input);
            String output = outcome.output();
            if (outcome.exitCode() != 0 || output.contains("ERROR:") || output.contains("FATAL:")) {
                throw new OperatorError(
                        "PostgreSQL could not recover %s:%n%s".formatted(cluster, lastLines(outcome.output())));
            }
        } finally {
            Files.deleteIfExists(input);
        }
    }

    private List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(binaries.program(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static void check(String what, Outcome outcome) {
        if (outcome.exitCode() != 0) {
            throw new OperatorError("cannot %s:%n%s".formatted(what, lastLines(outcome.output())));
        }
    }

    private static String lastLines(String text) {
        List<String> lines = text.lines().toList();
        return String.join(
                System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    /**
     * Runs a program that looks ten times a second for what it waits for, and looks more often: done when that holds or
     * when the program ends, which it then does by itself. Answers whether it holds, or the program says so.
     */
    private static boolean runUntil(Condition condition, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(NOTHING.toFile())
                .redirectOutput(NOTHING.toFile())
                .start();
        try {
            while (!process.waitFor(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS)) {
                if (condition.holds()) {
                    return true;
                }
            }
            return process.exitValue() == 0;
        } catch (InterruptedException e) {
            throw interrupted(command, e);
        }
    }

    private static IOException interrupted(List<String> command, InterruptedException e) {
        Thread.currentThread().interrupt();
        return (IOException) new InterruptedIOException("interrupted while waiting for " + command).initCause(e);
    }

    /** Output goes through a file: a server that lives on would keep a pipe open. */
    private static Outcome run(List<String> command) throws IOException {
        return run(command, NOTHING);
    }

    private static Outcome run(List<String> command, Path input) throws IOException {
        Path output = Files.createTempFile("varve-postgres-", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(input.toFile())
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(LONGEST_RUN.plusSeconds(10).toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("no end after " + LONGEST_RUN + " of " + command);
            }
            return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            throw interrupted(command, e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private record Outcome(int exitCode, String output) {}
}
