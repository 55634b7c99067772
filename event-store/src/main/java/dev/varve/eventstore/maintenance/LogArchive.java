package dev.varve.eventstore.maintenance;

import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.eventstore.maintenance.LogPartition.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Moves the oldest partitions of the log into files, and back.
 *
 * <p>The file is written, read back and compared before the partition is detached, and again before it is dropped; each
 * step finds what the one before has done, so whatever ended half-way is ended by the same command.
 */
public final class LogArchive {

    private static final String EVENT = "event_store.event";

    private final DataSource dataSource;
    private final ArchiveFolder files;

    /**
     * Does nothing yet.
     *
     * @param dataSource connections without a pool: a session lock is held
     * @param folder where the files are or will be
     */
    public LogArchive(DataSource dataSource, Path folder) {
        this.dataSource = dataSource;
        this.files = new ArchiveFolder(folder);
    }

    /**
     * Archives every partition that lies wholly before a position, the oldest first.
     *
     * @param closeStreams whether streams may become unreadable until their partition is attached again
     * @return manifests of what was archived
     * @throws ArchiveRefused if a reader or a stream still needs one
     */
    public List<Path> archive(long before, boolean closeStreams, String actor, @Nullable String reason)
            throws SQLException, IOException {
        Files.createDirectories(files.path());
        List<Path> archived = new ArrayList<>();
        try (Connection connection = locked()) {
            for (Detaching.Detached left : Detaching.left(connection)) {
                finish(connection, left.table(), left.from(), left.to(), actor, reason);
                archived.add(files.manifest(left.from(), left.to()));
            }
            for (LogPartition partition : LogPartitions.of(connection, EVENT)) {
                if (partition.state() != State.SEALED || partition.to() >= before || isNewest(connection, partition)) {
                    break;
                }
                StillNeeded.refuseIfNeeded(connection, partition, closeStreams);
                files.write(connection, partition.name(), partition.from(), partition.to());
                Detaching.run(connection, partition.name());
                finish(connection, partition.name(), partition.from(), partition.to(), actor, reason);
                archived.add(files.manifest(partition.from(), partition.to()));
            }
        }
        return archived;
    }

    private Connection locked() throws SQLException {
        Connection connection = dataSource.getConnection();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_try_advisory_lock(8608001, 5)")) {
            row.next();
            if (row.getBoolean(1)) {
                return connection;
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        connection.close();
        throw new ArchiveRefused("another archive is under way on this database");
    }

    /** The end of the log is the highest position that is there; without it the next append would begin at 1. */
    private static boolean isNewest(Connection connection, LogPartition partition) throws SQLException {
        return Answers.number(connection, "SELECT coalesce(max(position), 0) FROM event_store.event") <= partition.to();
    }

    private void finish(Connection connection, String table, long from, long to, String actor, @Nullable String reason)
            throws SQLException, IOException {
        files.write(connection, table, from, to);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE " + table);
            OperatorActions.record(
                    connection,
                    new OperatorAction(
                            actor,
                            "log.archive",
                            from + "-" + to,
                            reason,
                            Map.of(
                                    "file",
                                    files.manifest(from, to).toAbsolutePath().toString())));
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** Puts the partition of a manifest back; it must be the one just before the first that is here. */
    public ArchiveManifest attach(String manifestName, String actor, @Nullable String reason)
            throws SQLException, IOException {
        ArchiveManifest manifest = ArchiveManifest.read(files.path().resolve(manifestName));
        try (Connection connection = locked()) {
            String logId = Answers.logId(connection);
            long first = LogPartitions.of(connection, EVENT).getFirst().from();
            if (!logId.equals(manifest.logId())) {
                throw new ArchiveRefused("it belongs to log %s, this is %s".formatted(manifest.logId(), logId));
            }
            if (manifest.to() + 1 != first) {
                throw new ArchiveRefused("it ends at %d, and the log begins at %d: attach the one between first"
                        .formatted(manifest.to(), first));
            }
            connection.setAutoCommit(false);
            try {
                // What readers see is unchanged until the commit; only work on partitions waits.
                Answers.number(
                        connection,
                        "SELECT event_store.make_partition(%d, %d)::integer"
                                .formatted(manifest.from(), manifest.to() - manifest.from() + 1));
                files.load(connection, manifest, "event_store.event_%015d".formatted(manifest.from()));
                OperatorActions.record(
                        connection,
                        new OperatorAction(
                                actor,
                                "log.attach",
                                manifest.from() + "-" + manifest.to(),
                                reason,
                                Map.of(
                                        "file",
                                        files.path()
                                                .resolve(manifest.data())
                                                .toAbsolutePath()
                                                .toString())));
                connection.commit();
            } catch (SQLException | IOException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
        return manifest;
    }
}
