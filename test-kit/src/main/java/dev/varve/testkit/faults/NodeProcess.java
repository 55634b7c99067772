package dev.varve.testkit.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node as a process of its own: a main class on this JVM's class path, which can be killed without a chance to tidy up.
 *
 * <p>Its output goes to a file. It should end by itself when its input does, so that it never outlives whoever started
 * it.
 */
public final class NodeProcess implements AutoCloseable {

    private static final Duration LONGEST_END = Duration.ofSeconds(60);

    private final String name;
    private final Process process;

    private NodeProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /** Starts it; whether it is ready, it must say in its own way. */
    public static NodeProcess start(String name, Class<?> main, Path output, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                main.getName()));
        command.addAll(arguments);
        try {
            return new NodeProcess(
                    name,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException("node %s did not start".formatted(name), e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** {@code kill -9}. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Ends its input, and so asks it to end. */
    public void tellToLeave() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException("node %s could not be told to leave".formatted(name), e);
        }
    }

    public void awaitEnd() {
        try {
            if (!process.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("node %s did not end within %s".formatted(name, LONGEST_END));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while node %s ended".formatted(name), e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
