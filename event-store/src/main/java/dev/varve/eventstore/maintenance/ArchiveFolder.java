package dev.varve.eventstore.maintenance;

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
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.postgresql.PGConnection;

/**
 * The files of an archive: for each partition its data and, once that was read back and found equal, a manifest.
 *
 * @param path of the folder
 */
record ArchiveFolder(Path path) {

    Path manifest(long from, long to) {
        return path.resolve(ArchiveManifest.name(from, to) + ".json");
    }

    /** Writes the data, reads it back, compares it with the table, and only then says so in the manifest. */
    void write(Connection connection, String table, long from, long to) throws SQLException, IOException {
        Path data = path.resolve(ArchiveManifest.name(from, to) + ".copy.gz");
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
                        Answers.logId(connection),
                        from,
                        to,
                        there.events(),
                        there.digest(),
                        data.getFileName().toString())
                .write(manifest);
        Durable.force(manifest);
        Durable.force(path);
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

    /** Fills an empty partition from its file; the caller rolls back if it is not what the manifest says. */
    void load(Connection connection, ArchiveManifest manifest, String table) throws SQLException, IOException {
        Path data = path.resolve(manifest.data());
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
}
