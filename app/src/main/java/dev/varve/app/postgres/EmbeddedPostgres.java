package dev.varve.app.postgres;

import dev.varve.app.operator.OperatorError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The PostgreSQL in a data directory, shared by every process that has it open.
 *
 * <p>Whoever comes first starts it, others attach, and the last one out stops it. Who is in is known by locks on files,
 * and these end with their process: after a {@code kill -9} nobody has to clean up, and the next one attaches to the
 * server that was left running. It listens on the loopback address only, asks for a password that only the owner of the
 * data directory can read, and its durable settings stand on its command line, where no file can weaken them.
 *
 * <p>Open it once per process and data directory: the locks belong to the process.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final String USER = "varve";
    private static final String DATABASE = "varve";

    private final DataDirectory directory;
    private final PostgresPrograms programs;
    private final FileChannel use;
    private final int port;
    private final String password;
    private final boolean attached;
    private final boolean durable;
    private boolean closed;

    private EmbeddedPostgres(
            DataDirectory directory,
            PostgresPrograms programs,
            FileChannel use,
            int port,
            String password,
            boolean attached,
            boolean durable) {
        this.directory = directory;
        this.programs = programs;
        this.use = use;
        this.port = port;
        this.password = password;
        this.attached = attached;
        this.durable = durable;
    }

    /** Whether there is a database in that folder, running or not. */
    public static boolean existsIn(Path folder) {
        return new DataDirectory(folder).hasCluster();
    }

    /**
     * Starts the server in that folder, or attaches to it; makes folder and database if there are none.
     *
     * @throws OperatorError if that is impossible, saying why
     */
    public static EmbeddedPostgres open(Path folder) {
        return open(folder, true);
    }

    /**
     * The same in a folder that is thrown away after {@link #close}, which stops the server at once: no time is spent on
     * what a crash would do to it.
     */
    public static EmbeddedPostgres openToThrowAway(Path folder) {
        return open(folder, false);
    }

    private static EmbeddedPostgres open(Path folder, boolean durable) {
        DataDirectory directory = new DataDirectory(folder);
        try {
            directory.create();
            try (FileChannel start = openLock(directory.startLock())) {
                lock(start, directory);
                PostgresPrograms programs = PostgresPrograms.of(PostgresBinaries.unpacked(directory.fallbackCache()));
                ensureCluster(directory, programs);
                boolean attached = new ServerStart(directory, programs, durable).ensureRunning();
                int port = PostmasterFile.read(directory.cluster())
                        .orElseThrow(() -> new OperatorError(
                                "PostgreSQL ended right after its start, see " + directory.serverLog()))
                        .port();
                EmbeddedPostgres postgres = new EmbeddedPostgres(
                        directory, programs, openUse(directory), port, directory.password(), attached, durable);
                try {
                    postgres.ensureDatabase();
                } catch (OperatorError e) {
                    postgres.leave();
                    throw e;
                }
                return postgres;
            }
        } catch (IOException e) {
            throw new OperatorError("cannot use the data directory " + directory.root() + ": " + reason(e), e);
        }
    }

    /**
     * Makes a data directory of the {@code base.tar} of a base backup. Nobody runs there afterwards.
     *
     * @param durable false where the directory is thrown away soon
     */
    public static void restore(Path folder, Path baseTar, boolean durable) {
        DataDirectory directory = new DataDirectory(folder);
        try {
            directory.create();
            try (FileChannel start = openLock(directory.startLock())) {
                lock(start, directory);
                if (directory.hasCluster()) {
                    throw new OperatorError("there is a database in " + directory.root() + " already");
                }
                PostgresPrograms programs = PostgresPrograms.of(PostgresBinaries.unpacked(directory.fallbackCache()));
                RestoredCluster.make(directory, programs, USER, baseTar, durable);
            }
        } catch (IOException e) {
            throw new OperatorError("cannot restore into %s: %s".formatted(directory.root(), reason(e)), e);
        }
    }

    /**
     * Moves a database in which nobody runs from one data directory to another on the same file system. It is there when
     * its last part is, which comes in one step.
     */
    public static void move(Path from, Path to) {
        DataDirectory source = new DataDirectory(from);
        DataDirectory target = new DataDirectory(to);
        try (FileChannel start = openLock(target.startLock())) {
            lock(start, target);
            if (target.hasCluster()) {
                throw new OperatorError("there is a database in " + target.root() + " already");
            }
            Files.move(source.passwordFile(), target.passwordFile(), StandardCopyOption.REPLACE_EXISTING);
            Files.move(source.cluster(), target.cluster(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new OperatorError("cannot move a database to %s: %s".formatted(target.root(), reason(e)), e);
        }
    }

    /** Whether a file of a data directory belongs to what lies beside the database, and means nothing without one. */
    public static boolean isBesideCluster(Path folder, Path file) {
        return new DataDirectory(folder).isBesideCluster(file);
    }

    /** Removes a data directory that served for a while, and the server that a killed process left running in it. */
    public static void discard(Path folder) {
        DataDirectory directory = new DataDirectory(folder);
        try {
            Optional<PostmasterFile> running = PostmasterFile.read(directory.cluster());
            if (running.isPresent() && running.get().isAlive()) {
                PostgresPrograms.of(PostgresBinaries.unpacked(directory.fallbackCache()))
                        .stopAtOnce(directory.cluster());
            }
            Trees.delete(directory.root());
        } catch (IOException e) {
            throw new OperatorError("cannot remove %s: %s".formatted(directory.root(), reason(e)), e);
        }
    }

    /** Lets the server write a base backup, {@code base.tar} and {@code backup_manifest}, into a new folder. */
    public void backUp(Path newFolder, CopyProgress progress) {
        new BaseBackup(this).into(newFolder.toAbsolutePath().normalize(), progress);
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : " " + e.getMessage());
    }

    private static FileChannel openLock(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static FileChannel openUse(DataDirectory directory) throws IOException {
        FileChannel use = openLock(directory.useLock());
        // Nobody holds it exclusively but for a moment, under the start lock that is ours.
        use.lock(0, Long.MAX_VALUE, true);
        return use;
    }

    private static void lock(FileChannel channel, DataDirectory directory) throws IOException {
        long deadline = System.nanoTime() + ServerStart.LONGEST_WAIT.toNanos();
        while (channel.tryLock() == null) {
            if (System.nanoTime() > deadline) {
                throw new OperatorError("another process has been starting or stopping PostgreSQL in %s for %d seconds"
                        .formatted(directory.root(), ServerStart.LONGEST_WAIT.toSeconds()));
            }
            ServerStart.pause();
        }
    }

    /** Makes the cluster beside its place, so that one that was interrupted is never taken for a whole one. */
    private static void ensureCluster(DataDirectory directory, PostgresPrograms programs) throws IOException {
        if (directory.hasCluster()) {
            String version = directory.clusterVersion();
            if (!version.equals(PostgresBinaries.MAJOR_VERSION)) {
                throw new OperatorError("%s was written by PostgreSQL %s, and this Varve brings PostgreSQL %s"
                        .formatted(directory.cluster(), version, PostgresBinaries.MAJOR_VERSION));
            }
            return;
        }
        if (Files.exists(directory.cluster())) {
            throw new OperatorError(directory.cluster() + " is in the way: it is not a PostgreSQL data directory");
        }
        Trees.delete(directory.unfinishedCluster());
        directory.writeNewPassword();
        programs.initialise(directory.unfinishedCluster(), USER, directory.passwordFile());
        Files.move(directory.unfinishedCluster(), directory.cluster(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void ensureDatabase() {
        try (Connection connection = dataSource("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet found =
                    statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("CREATE DATABASE " + DATABASE);
        } catch (SQLException e) {
            throw new OperatorError(
                    "PostgreSQL in %s runs on port %d and refuses us: %s"
                            .formatted(directory.root(), port, e.getMessage()),
                    e);
        }
    }

    /** Whether the server was running when this process came. */
    public boolean attached() {
        return attached;
    }

    /** The data directory, absolute. */
    public Path folder() {
        return directory.root();
    }

    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    private String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    PGSimpleDataSource dataSource() {
        return dataSource(DATABASE);
    }

    private PGSimpleDataSource dataSource(String database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(jdbcUrl(database));
        dataSource.setUser(USER);
        dataSource.setPassword(password);
        return dataSource;
    }

    /** Brings the server back when it ends, until what is answered is closed: for those who live on it for long. */
    public AutoCloseable keepRunning() {
        return new KeptRunning(
                new KeptRunning.Server() {
                    @Override
                    public boolean isRunning() {
                        return isServerRunning();
                    }

                    @Override
                    public void startAgain() {
                        startWhereItWas();
                    }
                },
                directory.root().toString());
    }

    private boolean isServerRunning() {
        try {
            return PostmasterFile.read(directory.cluster())
                    .filter(PostmasterFile::isAlive)
                    .filter(running -> running.port() == port)
                    .isPresent();
        } catch (IOException e) {
            // A data directory that cannot be read; the attempt to start it says why.
            return false;
        }
    }

    private void startWhereItWas() {
        try (FileChannel start = openLock(directory.startLock())) {
            lock(start, directory);
            new ServerStart(directory, programs, durable).ensureRunningOn(port);
        } catch (IOException e) {
            throw new OperatorError("cannot use the data directory " + directory.root() + ": " + reason(e), e);
        }
    }

    /** Leaves; the last one to leave stops the server. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (FileChannel start = openLock(directory.startLock())) {
            lock(start, directory);
            leave();
        } catch (IOException e) {
            throw new OperatorError("cannot leave the data directory " + directory.root() + ": " + reason(e), e);
        }
    }

    /** To be called under the start lock. */
    private void leave() throws IOException {
        use.close();
        if (isLastUser() && isServerRunning()) {
            if (durable) {
                programs.stop(directory.cluster());
            } else {
                programs.stopAtOnce(directory.cluster());
            }
        }
    }

    /** Under the start lock nobody can come in, so a lock that is free now stays so. */
    private boolean isLastUser() throws IOException {
        try (FileChannel channel = openLock(directory.useLock());
                @Nullable FileLock alone = channel.tryLock()) {
            return alone != null;
        }
    }
}
