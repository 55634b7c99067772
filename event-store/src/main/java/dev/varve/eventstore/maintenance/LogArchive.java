package dev.varve.eventstore.maintenance;

import dev.varve.eventstore.OperatorAction;
import dev.varve.eventstore.OperatorActions;
import dev.varve.eventstore.maintenance.LogPartition.State;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Moves the oldest partitions of the log into files, and back.
 *
 * <p>The file is written, read back and compared before the partition is detached, and again before it is dropped; each
 * step finds what the one before has done, so whatever ended half-way is ended by the same command.
 */
public final class LogArchive {

    private static final String EVENT = "event_store.event";

    private final DataSource dataSource;
    private final Path folder;

    /**
     * Does nothing yet.
     *
     * @param dataSource connections without a pool: a session lock is held
     * @param folder where the files are or will be
     */
    public LogArchive(DataSource dataSource, Path folder) {
        this.dataSource = dataSource;
        this.folder = folder;
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
        Files.createDirectories(folder);
        List<Path> archived = new ArrayList<>();
        try (Connection connection = locked()) {
            for (Detached left : detached(connection)) {
                finish(connection, left.table(), left.from(), left.to(), actor, reason);
                archived.add(manifest(left.from(), left.to()));
            }
            for (LogPartition partition : LogPartitions.of(connection, EVENT)) {
                if (partition.state() != State.SEALED || partition.to() >= before || isNewest(connection, partition)) {
                    break;
                }
                refuseIfNeeded(connection, partition, closeStreams);
                write(connection, partition.name(), partition.from(), partition.to());
                detach(connection, partition.name());
                finish(connection, partition.name(), partition.from(), partition.to(), actor, reason);
                archived.add(manifest(partition.from(), partition.to()));
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
        return number(connection, "SELECT coalesce(max(position), 0) FROM event_store.event") <= partition.to();
    }

    private static final String READERS_BEHIND = """
            SELECT format('%s/%s at %s', k.processor, k.segment, coalesce(k.position, 0)) FROM event_store.token k
            WHERE k.token IS NULL AND coalesce(k.position, 0) < ? ORDER BY 1 LIMIT 5
            """;

    private static final String UNSEALED = """
            SELECT format('sealed up to %s', coalesce(max(last_position), 0)) FROM event_store.seal
            HAVING coalesce(max(last_position), 0) < ?
            """;

    private static String streamsEnded(String partition) {
        return """
                SELECT s.stream_id FROM (SELECT e.stream_id, max(e.version) AS version FROM %s e
                                         WHERE e.stream_type IS NOT NULL GROUP BY e.stream_id) s
                WHERE NOT EXISTS (SELECT FROM event_store.event n
                    WHERE n.stream_id = s.stream_id AND n.version = s.version + 1 AND n.position > ?)
                    OR NOT EXISTS (SELECT FROM event_store.snapshot x WHERE x.stream_id = s.stream_id AND x.version >= s.version)
                """.formatted(partition);
    }

    private static String staleSnapshots(String partition) {
        return """
                SELECT x.stream_id FROM event_store.snapshot x
                WHERE EXISTS (SELECT FROM %s e WHERE e.stream_id = x.stream_id AND e.version > x.version) AND ? > 0 LIMIT 5
                """.formatted(partition);
    }

    private static void refuseIfNeeded(Connection connection, LogPartition partition, boolean closeStreams)
            throws SQLException {
        refuse("events were not sealed yet, run it again in a minute:", texts(connection, UNSEALED, partition.to()));
        refuse("these have not read it:", texts(connection, READERS_BEHIND, partition.to()));
        refuse(
                "these streams have a snapshot that is older than their archived events would be:",
                texts(connection, staleSnapshots(partition.name()), partition.to()));
        if (!closeStreams) {
            List<String> ended = texts(
                    connection,
                    "SELECT count(*)::text FROM (" + streamsEnded(partition.name()) + ") x HAVING count(*) > 0",
                    partition.to());
            if (!ended.isEmpty()) {
                throw new ArchiveRefused(
                        "%s streams could neither be loaded nor continued without %s, because they end in it or have no snapshot after it; --close-streams accepts that"
                                .formatted(ended.getFirst(), partition.name()));
            }
        }
    }

    private static void refuse(String what, List<String> who) {
        if (!who.isEmpty()) {
            throw new ArchiveRefused(what + " " + String.join(", ", who));
        }
    }

    private Path manifest(long from, long to) {
        return folder.resolve(ArchiveManifest.name(from, to) + ".json");
    }

    /** Writes the data, reads it back, compares it with the table, and only then says so in the manifest. */
    private void write(Connection connection, String table, long from, long to) throws SQLException, IOException {
        Path data = folder.resolve(ArchiveManifest.name(from, to) + ".copy.gz");
        ArchivedEvents.Summary there = summary(connection, table, from, to);
        Path manifest = manifest(from, to);
        if (Files.exists(manifest) && ArchiveManifest.read(manifest).digest().equals(there.digest())) {
            compare(data, there);
            return;
        }
        try (OutputStream file = Files.newOutputStream(data);
                OutputStream out = new GZIPOutputStream(file, 1 << 16)) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut(
                            "COPY (SELECT %s FROM %s ORDER BY position) TO STDOUT (FORMAT binary)"
                                    .formatted(ArchivedEvents.COLUMNS, table),
                            out);
        }
        Durable.force(data);
        compare(data, there);
        new ArchiveManifest(
                        ArchiveManifest.FORMAT,
                        texts(connection, "SELECT id::text FROM event_store.identity WHERE ? > 0", to)
                                .getFirst(),
                        from,
                        to,
                        there.events(),
                        there.digest(),
                        data.getFileName().toString())
                .write(manifest);
        Durable.force(manifest);
        Durable.force(folder);
    }

    private static void compare(Path data, ArchivedEvents.Summary expected) throws IOException {
        ArchivedEvents.Summary written = ArchivedEvents.summary(data);
        if (!written.equals(expected)) {
            throw new ArchiveRefused("%s holds %s instead of %s".formatted(data, written, expected));
        }
    }

    private static ArchivedEvents.Summary summary(Connection connection, String table, long from, long to)
            throws SQLException {
        MessageDigest digest = ArchivedEvents.sha256();
        long events = 0;
        String block = """
                SELECT count(*), string_agg(sha256(record_send(ROW(%s))), '' ORDER BY position)
                FROM %s WHERE position BETWEEN ? AND ?
                """.formatted(ArchivedEvents.COLUMNS, table);
        try (PreparedStatement statement = connection.prepareStatement(block)) {
            for (long first = from; first <= to; first += 10_000) {
                statement.setLong(1, first);
                statement.setLong(2, Math.min(to, first + 9_999));
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    byte[] digests = row.getBytes(2);
                    if (digests != null) {
                        digest.update(digests);
                        events += row.getLong(1);
                    }
                }
            }
        }
        return new ArchivedEvents.Summary(events, HexFormat.of().formatHex(digest.digest()));
    }

    private static void detach(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE event_store.event DETACH PARTITION " + table + " CONCURRENTLY");
        }
    }

    private record Detached(String table, long from, long to) {}

    private static final String DETACHED = """
            SELECT format('event_store.%I', c.relname), h.inhrelid IS NOT NULL
            FROM pg_class c LEFT JOIN pg_inherits h ON h.inhrelid = c.oid
            WHERE c.relnamespace = 'event_store'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^event_[0-9]{15}$'
                AND (h.inhrelid IS NULL OR h.inhdetachpending)
            ORDER BY 1
            """;

    /** What an earlier run has detached, or begun to detach, and not dropped. */
    private static List<Detached> detached(Connection connection) throws SQLException {
        List<Detached> left = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                Statement finish = connection.createStatement();
                ResultSet rows = statement.executeQuery(DETACHED)) {
            while (rows.next()) {
                String table = rows.getString(1);
                if (rows.getBoolean(2)) {
                    finish.execute("ALTER TABLE event_store.event DETACH PARTITION " + table + " FINALIZE");
                }
                left.add(new Detached(
                        table,
                        Long.parseLong(table.substring(table.lastIndexOf('_') + 1)),
                        number(connection, "SELECT max(position) FROM " + table)));
            }
        }
        return left;
    }

    private void finish(Connection connection, String table, long from, long to, String actor, @Nullable String reason)
            throws SQLException, IOException {
        write(connection, table, from, to);
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
                            Map.of("file", manifest(from, to).toAbsolutePath().toString())));
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
        ArchiveManifest manifest = ArchiveManifest.read(folder.resolve(manifestName));
        Path data = folder.resolve(manifest.data());
        try (Connection connection = locked()) {
            String logId = texts(connection, "SELECT id::text FROM event_store.identity WHERE ? > 0", 1)
                    .getFirst();
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
                load(connection, manifest, data);
                OperatorActions.record(
                        connection,
                        new OperatorAction(
                                actor,
                                "log.attach",
                                manifest.from() + "-" + manifest.to(),
                                reason,
                                Map.of("file", data.toAbsolutePath().toString())));
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

    private static void load(Connection connection, ArchiveManifest manifest, Path data)
            throws SQLException, IOException {
        // What readers see is unchanged until the commit; only work on partitions waits.
        number(
                connection,
                "SELECT event_store.make_partition(%d, %d)::integer"
                        .formatted(manifest.from(), manifest.to() - manifest.from() + 1));
        String table = "event_store.event_%015d".formatted(manifest.from());
        try (InputStream file = Files.newInputStream(data);
                InputStream in = new GZIPInputStream(file, 1 << 16)) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY %s (%s) FROM STDIN (FORMAT binary)".formatted(table, ArchivedEvents.COLUMNS), in);
        }
        ArchivedEvents.Summary loaded = summary(connection, table, manifest.from(), manifest.to());
        if (!loaded.digest().equals(manifest.digest())) {
            throw new ArchiveRefused("%s does not hold what its manifest says".formatted(data));
        }
    }

    private static List<String> texts(Connection connection, String sql, long parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                List<String> texts = new ArrayList<>();
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
                return texts;
            }
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
