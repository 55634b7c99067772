package dev.varve.app.backup;

import dev.varve.app.backup.BackupManifest.CheckedFile;
import dev.varve.app.backup.BackupManifest.Form;
import dev.varve.app.backup.BackupManifest.LogContent;
import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.app.postgres.EmbeddedPostgres;
import dev.varve.migrations.Migrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A folder of backups, each a folder of its own.
 *
 * <p>A backup is copied while the database is written to, brought back to life beside, proved there, described, flushed,
 * and only then named. So whatever has a name is whole: a process that is killed before leaves nothing but a hidden
 * folder, which the next one removes.
 */
public final class Backups {

    private static final String PREFIX = "varve-";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    /** The copy, and the database that is made of it for a while. */
    private static final int COPIES = 2;

    private final Path folder;
    private final Clock clock;
    private final BackupProgress progress;

    /** Nothing is read or made yet. */
    public Backups(Path folder, Clock clock, BackupProgress progress) {
        this.folder = folder.toAbsolutePath().normalize();
        this.clock = clock;
        this.progress = progress;
    }

    /** A backup that has its name. */
    public record Taken(Path folder, BackupManifest manifest) {}

    /**
     * Takes one.
     *
     * @throws OperatorError if there is none then, saying why
     */
    public Taken take(Database database) {
        Instant begun = clock.instant();
        DatabaseCopy copy = DatabaseCopy.of(database.isEmbedded() ? Form.PHYSICAL : Form.LOGICAL);
        try (Unfinished unfinished = Unfinished.begin(folder)) {
            demandSpace(database);
            LogCheck living = new LogCheck(database.dataSource());
            long reached = living.exists() ? living.head() : 0;
            copy.write(database, unfinished.content(), progress);
            BackupManifest manifest = prove(copy, unfinished, begun, reached, version(database.dataSource()));
            describe(unfinished.content(), manifest);
            return new Taken(unfinished.finish(folder, PREFIX + STAMP.format(begun)), manifest);
        } catch (IOException e) {
            throw new OperatorError(
                    "the backup in %s could not be written: %s".formatted(folder, Unfinished.reason(e)), e);
        } catch (SQLException e) {
            throw new OperatorError("the backup could not be taken: " + e.getMessage(), e);
        }
    }

    private BackupManifest prove(DatabaseCopy copy, Unfinished unfinished, Instant begun, long reached, String postgres)
            throws IOException, SQLException {
        List<CheckedFile> files = copy.bringBack(unfinished.content(), unfinished.scratch(), false, progress);
        try (Database restored = Database.embeddedToThrowAway(unfinished.scratch())) {
            LogCheck check = new LogCheck(restored.dataSource());
            boolean hasLog = check.exists();
            @Nullable LogContent log = hasLog ? check.verified(progress) : null;
            if (log != null && log.position() < reached) {
                throw new OperatorError("the copy ends at position %d, and the log had reached %d before it was begun"
                        .formatted(log.position(), reached));
            }
            return new BackupManifest(
                    BackupManifest.FORMAT,
                    copy.form(),
                    begun,
                    clock.instant(),
                    Backups.class.getPackage().getImplementationVersion(),
                    postgres,
                    hasLog ? check.identity() : null,
                    log,
                    new Migrations(restored.dataSource()).versions(),
                    files);
        } finally {
            EmbeddedPostgres.discard(unfinished.scratch());
        }
    }

    /** The manifest goes last, and everything is on disk before the folder gets its name. */
    private static void describe(Path content, BackupManifest manifest) throws IOException {
        Files.write(content.resolve(BackupManifest.FILE), manifest.bytes());
        Checksums.write(content, manifest.files(), List.of(BackupManifest.FILE));
        Checksums.flush(content.resolve(BackupManifest.FILE));
        Checksums.flush(content.resolve(Checksums.FILE));
        Checksums.flush(content);
    }

    private static String version(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }

    private static final String SIZE_OF_ALL = "SELECT sum(pg_database_size(oid)) FROM pg_database WHERE datallowconn";

    /** Others may have databases beside it, which our role may not even measure. */
    private static final String SIZE_OF_ONE = "SELECT pg_database_size(current_database())";

    private void demandSpace(Database database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement statement =
                        connection.prepareStatement(database.isEmbedded() ? SIZE_OF_ALL : SIZE_OF_ONE);
                ResultSet row = statement.executeQuery()) {
            row.next();
            long needed = COPIES * row.getLong(1);
            // A FileStore needs the system's list of mounts, which a changed root does not have.
            long free = folder.toFile().getUsableSpace();
            if (free < needed) {
                throw new OperatorError("%s has %,d MB free, and the backup with its verification takes about %,d MB"
                        .formatted(folder, free >> 20, needed >> 20));
            }
        }
    }

    /**
     * Removes the oldest backups of the same log, so that so many are left.
     *
     * @return what was removed
     */
    public List<Path> keep(Taken newest, int count) {
        if (newest.manifest().identity() == null) {
            return List.of();
        }
        List<Taken> ours = ofLog(newest.manifest().identity());
        List<Path> removed = new ArrayList<>();
        for (Taken old : ours.subList(0, Math.max(0, ours.size() - count))) {
            try (Unfinished away = Unfinished.begin(folder)) {
                // It loses its name in one step; what is half removed is not taken for a backup.
                Files.move(old.folder(), away.content());
                removed.add(old.folder());
            } catch (IOException e) {
                throw new OperatorError(
                        "the old backup %s could not be removed: %s".formatted(old.folder(), Unfinished.reason(e)), e);
            }
        }
        return removed;
    }

    /** Those of a log, the oldest first. What cannot be read as a backup is not touched. */
    private List<Taken> ofLog(String identity) {
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .filter(path -> Files.isRegularFile(path.resolve(BackupManifest.FILE)))
                    .map(Backups::readable)
                    .filter(Objects::nonNull)
                    .filter(taken -> identity.equals(taken.manifest().identity()))
                    .sorted(Comparator.comparing(
                                    (Taken taken) -> taken.manifest().takenAt())
                            .thenComparing(Taken::folder))
                    .toList();
        } catch (IOException e) {
            throw new OperatorError("cannot read " + folder, e);
        }
    }

    private static @Nullable Taken readable(Path path) {
        try {
            return new Taken(path, BackupManifest.read(path));
        } catch (OperatorError e) {
            return null;
        }
    }
}
