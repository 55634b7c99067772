package dev.varve.app.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a running PostgreSQL says about itself in {@code postmaster.pid}.
 *
 * <p>The file outlives a server that was killed, so nothing in it counts before {@link #isAlive()} was asked.
 */
record PostmasterFile(Path file, long pid, int port, boolean ready) {

    private static final int LINE_PID = 0;
    private static final int LINE_PORT = 3;
    private static final int LINE_STATUS = 7;

    /** Larger than any process id that a system gives out, and still one that PostgreSQL can read. */
    private static final String PID_OF_NOBODY = Integer.toString(Integer.MAX_VALUE);

    /** Reads it; empty if there is none, or if it is not written to its end. */
    static Optional<PostmasterFile> read(Path cluster) throws IOException {
        Path file = cluster.resolve("postmaster.pid");
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (lines.size() <= LINE_PORT) {
            return Optional.empty();
        }
        boolean ready =
                lines.size() > LINE_STATUS && lines.get(LINE_STATUS).strip().equals("ready");
        try {
            return Optional.of(new PostmasterFile(
                    file,
                    Long.parseLong(lines.get(LINE_PID).strip()),
                    Integer.parseInt(lines.get(LINE_PORT).strip()),
                    ready));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether that process is there and is a PostgreSQL; process ids are used again, above all in containers. */
    boolean isAlive() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> !isDefunct(process.pid()))
                .filter(process -> process.info()
                        .command()
                        .map(command -> Path.of(command).endsWith("postgres"))
                        .orElse(true))
                .isPresent();
    }

    /** Whether a process has ended and waits for somebody to take note, which in a container may be never. */
    private static boolean isDefunct(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return status.startsWith("Z", status.lastIndexOf(')') + 2);
        } catch (IOException e) {
            // No Linux, or gone in this moment; the other checks decide.
            return false;
        }
    }

    /**
     * Takes the id of a process that is not a live PostgreSQL out of the file, because PostgreSQL would refuse to start for it.
     *
     * <p>The rest of the file stays: PostgreSQL finds in it whether other processes still hold the old shared memory.
     */
    void forgetForeignProcess() throws IOException {
        if (ProcessHandle.of(pid).isPresent()) {
            List<String> lines = Files.readAllLines(file);
            lines.set(LINE_PID, PID_OF_NOBODY);
            Files.write(file, lines);
        }
    }
}
