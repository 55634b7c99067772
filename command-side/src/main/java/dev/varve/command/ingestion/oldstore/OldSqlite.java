package dev.varve.command.ingestion.oldstore;

import dev.varve.command.ingestion.BrokenSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A SQLite file of another system, with what still lies in its write-ahead log.
 *
 * <p>Whoever opens such a file writes into its folder, be it only the index of the log, and cannot open it at all where
 * that is forbidden; the last one to close it even folds the log into the file. So a copy is opened, which only this user
 * may read and which goes with {@link #close}.
 */
public final class OldSqlite implements AutoCloseable {

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int ATTEMPTS = 3;

    private final Path folder;
    private final String digest;
    private final OldDatabase database;

    private OldSqlite(Path folder, String digest, OldDatabase database) {
        this.folder = folder;
        this.digest = digest;
        this.database = database;
    }

    /** Copies the file, opens the copy and checks that it is whole. */
    public static OldSqlite open(Path file) throws BrokenSource {
        checkIsSqlite(file);
        Path folder = temporaryFolder();
        try {
            Path copy = folder.resolve("store.db");
            String digest = copy(file, copy);
            return new OldSqlite(folder, digest, connect(file, copy));
        } catch (BrokenSource | RuntimeException e) {
            delete(folder);
            throw e;
        }
    }

    public OldDatabase database() {
        return database;
    }

    /** SHA-256 of the file and its write-ahead log. */
    public String digest() {
        return digest;
    }

    @Override
    public void close() throws BrokenSource {
        try {
            database.close();
        } finally {
            delete(folder);
        }
    }

    private static OldDatabase connect(Path file, Path copy) throws BrokenSource {
        String name = String.valueOf(file.getFileName());
        Connection connection;
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
        } catch (SQLException e) {
            throw new BrokenSource(name + " cannot be opened: " + e.getMessage(), e);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = ON");
            try (var check = statement.executeQuery("PRAGMA quick_check(1)")) {
                String found = check.next() ? check.getString(1) : "nothing";
                if (!"ok".equals(found)) {
                    throw new BrokenSource(name + " is damaged: " + found);
                }
            }
            connection.setAutoCommit(false);
            return OldDatabase.sqlite(connection, name);
        } catch (SQLException e) {
            throw new BrokenSource(name + " cannot be read: " + e.getMessage(), closed(connection, e));
        } catch (BrokenSource e) {
            closed(connection, e);
            throw e;
        }
    }

    private static <E extends Exception> E closed(Connection connection, E why) {
        try {
            connection.close();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
        return why;
    }

    private static void checkIsSqlite(Path file) throws BrokenSource {
        if (!Files.isRegularFile(file)) {
            throw new BrokenSource(file + " is not there, or no file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new BrokenSource(file + " is no SQLite database");
            }
        } catch (IOException e) {
            throw new BrokenSource(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Copies again when something wrote meanwhile: file and log must fit each other. */
    private static String copy(Path file, Path copy) throws BrokenSource {
        Path log = beside(file, "-wal");
        try {
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                List<String> before = state(file, log);
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                copy(file, copy, digest);
                if (Files.exists(log)) {
                    copy(log, beside(copy, "-wal"), digest);
                } else {
                    Files.deleteIfExists(beside(copy, "-wal"));
                }
                if (state(file, log).equals(before)) {
                    return HexFormat.of().formatHex(digest.digest());
                }
            }
        } catch (IOException e) {
            throw new BrokenSource(file + " cannot be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        throw new BrokenSource(file + " is being written to; stop the system that uses it");
    }

    private static void copy(Path from, Path to, MessageDigest digest) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(from), digest);
                OutputStream out = Files.newOutputStream(to)) {
            in.transferTo(out);
        }
    }

    private static List<String> state(Path... files) throws IOException {
        List<String> states = new java.util.ArrayList<>();
        for (Path file : files) {
            states.add(Files.exists(file) ? Files.size(file) + " " + Files.getLastModifiedTime(file) : "not there");
        }
        return states;
    }

    private static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private static Path temporaryFolder() throws BrokenSource {
        try {
            return Files.createTempDirectory(
                    "varve-import-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new BrokenSource("no folder for a copy can be made: " + e.getMessage(), e);
        }
    }

    private static void delete(Path folder) throws BrokenSource {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new BrokenSource("the copy in " + folder + " could not be removed: " + e.getMessage(), e);
        }
    }
}
