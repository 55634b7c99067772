package dev.varve.app.cli;

import dev.varve.app.Varve;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Varve as a process of its own, as the launcher starts it. */
public final class ServerProcess implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("Varve serves on (http://\\S+\\d)");
    private static final Duration LONGEST_START = Duration.ofMinutes(3);

    private final Process process;
    private final Path output;

    private ServerProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    public static ServerProcess start(Path folder, String... args) throws IOException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for seconds: half of its time would go into compiling well what runs twice.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Daxoniq.update-checker.disabled=true",
                "-cp",
                System.getProperty("java.class.path"),
                Varve.class.getName()));
        command.addAll(List.of(args));
        return new ServerProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start(),
                output);
    }

    /** Waits for a command that ends by itself. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(LONGEST_START.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("no end within " + LONGEST_START + ": " + output());
        }
        return process.exitValue();
    }

    /** Waits until it serves, and answers where. */
    public String address() {
        return Awaitility.await()
                .atMost(LONGEST_START)
                .until(
                        () -> {
                            if (!process.isAlive()) {
                                throw new IllegalStateException("the server ended: " + output());
                            }
                            Matcher matcher = ADDRESS.matcher(output());
                            return matcher.find() ? matcher.group(1) : "";
                        },
                        address -> !address.isEmpty());
    }

    public String get(String path) throws IOException, InterruptedException {
        return response(path).body();
    }

    HttpResponse<String> response(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(address() + path))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void terminate() throws InterruptedException {
        process.destroy();
        int ended = exitCode();
        if (ended == 0) {
            throw new IllegalStateException("a process that is terminated says so in its exit code");
        }
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly();
        int unused = exitCode();
    }

    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                terminate();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
