package dev.varve.app.postgres;

import dev.varve.app.operator.OperatorError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Starts the server of a data directory, unless it runs already. To be used under the start lock.
 *
 * @param durable false where the directory is thrown away soon, and nothing has to be on disk
 */
record ServerStart(DataDirectory directory, PostgresPrograms programs, boolean durable) {

    static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
    private static final long PAUSE_MILLIS = 10;
    private static final long LARGEST_LOG = 10L * 1024 * 1024;
    private static final int TRIES_TO_FIND_A_PORT = 5;

    /** Answers whether the server was running already. */
    boolean ensureRunning() throws IOException {
        if (awaitReady()) {
            return true;
        }
        // Whoever still lives on a server that ended looks for it on its port.
        start(directory.lastPort().filter(ServerStart::isFree).orElseGet(ServerStart::freePort));
        return false;
    }

    /** Starts it on that port and no other. */
    void ensureRunningOn(int port) throws IOException {
        if (!directory.hasCluster()) {
            throw new OperatorError("there is no database in " + directory.root() + " any more");
        }
        if (!awaitReady()) {
            if (!isFree(port)) {
                throw new OperatorError("somebody else took its port, " + port);
            }
            rotateLog();
            programs.start(directory.cluster(), directory.serverLog(), settings(port));
        }
        Optional<Integer> now = PostmasterFile.read(directory.cluster()).map(PostmasterFile::port);
        if (now.isPresent() && now.get() != port) {
            throw new OperatorError(
                    "it was started on port %d, because somebody took port %d; end this process and start it again"
                            .formatted(now.get(), port));
        }
    }

    /** Answers whether it runs; waits while it is about to. */
    private boolean awaitReady() throws IOException {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        Optional<PostmasterFile> running = PostmasterFile.read(directory.cluster());
        while (running.isPresent() && running.get().isAlive()) {
            if (running.get().ready()) {
                return true;
            }
            if (System.nanoTime() > deadline) {
                throw new OperatorError("PostgreSQL (process %d) in %s runs and is not ready after %d seconds, see %s"
                        .formatted(
                                running.get().pid(),
                                directory.cluster(),
                                LONGEST_WAIT.toSeconds(),
                                directory.serverLog()));
            }
            pause();
            running = PostmasterFile.read(directory.cluster());
        }
        if (running.isPresent()) {
            running.get().forgetForeignProcess();
        }
        return false;
    }

    /** Between two looks at what another process does. */
    static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorError("interrupted while waiting for PostgreSQL", e);
        }
    }

    private void start(int firstPort) throws IOException {
        rotateLog();
        int port = firstPort;
        for (int left = TRIES_TO_FIND_A_PORT; ; left--) {
            try {
                programs.start(directory.cluster(), directory.serverLog(), settings(port));
                return;
            } catch (OperatorError e) {
                // Somebody may have taken the port in the meantime; another one is as good.
                if (left == 1 || isFree(port)) {
                    throw e;
                }
                port = freePort();
            }
        }
    }

    private void rotateLog() throws IOException {
        if (Files.exists(directory.serverLog()) && Files.size(directory.serverLog()) > LARGEST_LOG) {
            Files.move(
                    directory.serverLog(),
                    directory.serverLog().resolveSibling("postgres.log.1"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private List<String> settings(int port) {
        return List.of(
                "-c listen_addresses=127.0.0.1",
                "-c port=" + port,
                "-c unix_socket_directories=",
                "-c fsync=" + (durable ? "on" : "off"),
                "-c synchronous_commit=on",
                "-c full_page_writes=on",
                "-c max_connections=200",
                "-c logging_collector=off",
                "-c log_destination=stderr");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new OperatorError("this machine has no free port: " + e.getMessage(), e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
