package dev.varve.app.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another process that uses a data directory.
 *
 * <p>As a program it opens the directory, says so, and leaves when its input ends or when it is told to end.
 */
final class UserProcess implements AutoCloseable {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Process process;
    private final BufferedReader output;
    private final String jdbcUrl;
    private final String password;
    private final boolean attached;

    private UserProcess(Process process) throws IOException {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.attached = Boolean.parseBoolean(line());
        this.jdbcUrl = line();
        this.password = line();
    }

    public static void main(String[] args) throws IOException {
        EmbeddedPostgres postgres = EmbeddedPostgres.open(Path.of(args[0]));
        AutoCloseable watch = args.length > 1 ? postgres.keepRunning() : () -> {};
        Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(postgres, watch)));
        System.out.println(postgres.attached());
        System.out.println(postgres.jdbcUrl());
        System.out.println(postgres.password());
        int end = System.in.read();
        System.exit(end == -1 ? 0 : 1);
    }

    private static void leave(EmbeddedPostgres postgres, AutoCloseable watch) {
        try (postgres) {
            watch.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static UserProcess start(Path folder) {
        return start(List.of(folder.toString()));
    }

    /** One that starts the server again when it ends. */
    static UserProcess startKeepingItRunning(Path folder) {
        return start(List.of(folder.toString(), "keep running"));
    }

    private static UserProcess start(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                UserProcess.class.getName()));
        command.addAll(arguments);
        try {
            return new UserProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the process ended before it had the database open");
        }
        return line;
    }

    boolean attached() {
        return attached;
    }

    String jdbcUrl() {
        return jdbcUrl;
    }

    String password() {
        return password;
    }

    /** Lets it leave by itself. */
    void leave() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        waitForEnd();
    }

    void terminate() {
        process.destroy();
        waitForEnd();
    }

    void kill() {
        process.destroyForcibly();
        waitForEnd();
    }

    private void waitForEnd() {
        try {
            if (!process.waitFor(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the process did not end within " + LONGEST_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            leave();
        }
    }
}
