package dev.varve.testkit.faults;

import dev.varve.testkit.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server of one test's own that can be stopped, killed and started again: the same data, the same port, and
 * every durable setting on. Always the embedded binaries, because a container cannot be killed half-way as a process can.
 */
public final class RestartablePostgres implements AutoCloseable {

    private static final Duration LONGEST_END = Duration.ofSeconds(30);

    private final Path data;
    private final Map<String, String> settings;
    private EmbeddedPostgres server;
    private boolean running = true;

    private RestartablePostgres(Path data, Map<String, String> settings) {
        this.data = data;
        this.settings = Map.copyOf(settings);
        this.server = start(0);
    }

    /**
     * A server whose data live in a folder.
     *
     * @param data an empty folder, which the caller removes
     */
    public static RestartablePostgres in(Path data) {
        return new RestartablePostgres(data, Map.of());
    }

    /** With settings as in {@code postgresql.conf}, besides the durable ones. */
    public static RestartablePostgres in(Path data, Map<String, String> settings) {
        return new RestartablePostgres(data, settings);
    }

    private EmbeddedPostgres start(int port) {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setPGStartupWait(TestDatabase.STARTUP_WAIT)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "200");
        settings.forEach(builder::setServerConfig);
        if (port > 0) {
            builder.setPort(port);
        }
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not start in " + data, e);
        }
    }

    /** Tells it to end: sessions are broken off, open transactions rolled back. */
    public void stop() {
        close();
    }

    /** Ends all its processes at once, as {@code kill -9} and power cuts do; the next start recovers from the log of writes. */
    public void kill() {
        ProcessHandle postmaster = server.getProcess().toHandle();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(RestartablePostgres::awaitEnd);
        close();
    }

    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(LONGEST_END.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while PostgreSQL ended", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("process %d of PostgreSQL did not end".formatted(process.pid()), e);
        }
    }

    /** Starts it again after {@link #stop} or {@link #kill}, and returns when it answers. */
    public void startAgain() {
        if (running) {
            throw new IllegalStateException("PostgreSQL runs already");
        }
        server = start(server.getPort());
        running = true;
    }

    public int port() {
        return server.getPort();
    }

    public String user() {
        return "postgres";
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port(), database);
    }

    /** Connections without a pool. */
    public PGSimpleDataSource dataSource(String database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(jdbcUrl(database));
        dataSource.setUser(user());
        return dataSource;
    }

    @Override
    public void close() {
        if (!running) {
            return;
        }
        running = false;
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL in %s did not stop".formatted(data), e);
        }
    }
}
