package dev.varve.app.backup;

import dev.varve.app.backup.BackupManifest.Form;
import dev.varve.app.backup.BackupManifest.LogContent;
import dev.varve.app.backup.BackupProgress.Step;
import dev.varve.app.database.Database;
import dev.varve.app.operator.OperatorError;
import dev.varve.app.postgres.EmbeddedPostgres;
import dev.varve.outbox.RestoredOutbox.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Brings a backup back: compares its checksums, makes a database of it, proves that its log is the one that the backup
 * was found to hold, and makes it fit for the present.
 *
 * <p>Only what is empty is filled, and a data directory is complete or not there.
 */
public final class Restoration {

    private final Path backup;
    private final boolean pauseSubscriptions;
    private final String actor;
    private final BackupProgress progress;

    /**
     * Nothing is read yet.
     *
     * @param actor who restores, for the record of operators' actions
     */
    public Restoration(Path backup, boolean pauseSubscriptions, String actor, BackupProgress progress) {
        this.backup = backup.toAbsolutePath().normalize();
        this.pauseSubscriptions = pauseSubscriptions;
        this.actor = actor;
        this.progress = progress;
    }

    /** What there is now. */
    public record Restored(BackupManifest manifest, List<Standing> subscriptions) {

        public Restored {
            subscriptions = List.copyOf(subscriptions);
        }
    }

    /** Makes a data directory, in a folder that is empty or not there. */
    public Restored intoDataDirectory(Path folder) {
        Path target = folder.toAbsolutePath().normalize();
        demandEmpty(target);
        BackupManifest manifest = checked();
        try (Unfinished unfinished = Unfinished.begin(target)) {
            DatabaseCopy.of(manifest.form()).bringBack(backup, unfinished.content(), true, progress);
            Restored restored;
            try (Database database = Database.embedded(unfinished.content())) {
                restored = proveAndSettle(database, manifest);
            }
            EmbeddedPostgres.move(unfinished.content(), target);
            return restored;
        } catch (IOException e) {
            throw new OperatorError(
                    "%s could not be brought back to %s: %s".formatted(backup, target, Unfinished.reason(e)), e);
        }
    }

    /** Fills a database that others run, and that has no tables. */
    public Restored intoDatabase(Supplier<Database> opened) {
        BackupManifest manifest = checked();
        if (manifest.form() != Form.LOGICAL) {
            throw new OperatorError(("%s is a copy of an embedded PostgreSQL's files, and these make a data directory:"
                            + " restore it with --data-dir, then move it on with pg_dump and pg_restore")
                    .formatted(backup));
        }
        try (Database database = opened.get()) {
            demandEmpty(database.dataSource());
            new LogicalCopy().bringBack(backup, database);
            return proveAndSettle(database, manifest);
        } catch (IOException e) {
            throw new OperatorError("%s could not be brought back: %s".formatted(backup, Unfinished.reason(e)), e);
        }
    }

    private BackupManifest checked() {
        BackupManifest manifest = BackupManifest.read(backup);
        long size = manifest.sizeOfFiles();
        Checksums.compare(backup, done -> progress.reached(Step.CHECK, done, Math.max(done, size)));
        return manifest;
    }

    private Restored proveAndSettle(Database database, BackupManifest manifest) {
        DataSource dataSource = database.dataSource();
        try {
            LogCheck check = new LogCheck(dataSource);
            @Nullable LogContent log = check.exists() ? check.verified(progress) : null;
            if (log == null ? manifest.log() != null : !log.equals(manifest.log())) {
                throw new OperatorError("what was brought back is not what the backup says: %s instead of %s"
                        .formatted(log, manifest.log()));
            }
            return new Restored(
                    manifest, new AfterRestore(dataSource, pauseSubscriptions, actor).settle(backup, manifest));
        } catch (SQLException e) {
            throw new OperatorError("the restored database does not answer: " + e.getMessage(), e);
        }
    }

    private static void demandEmpty(Path folder) {
        if (EmbeddedPostgres.existsIn(folder)) {
            throw new OperatorError(
                    "there is a database in %s: a backup is restored into a new folder. Name another one,"
                                    .formatted(folder)
                            + " or stop the server and move this one away");
        }
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            Optional<Path> inTheWay =
                    files.filter(file -> !isLeftOver(folder, file)).findFirst();
            if (inTheWay.isPresent()) {
                throw new OperatorError(
                        "%s is not empty (%s is there): a backup is restored into a new folder. Name another one"
                                .formatted(folder, inTheWay.get().getFileName()));
            }
        } catch (IOException e) {
            throw new OperatorError("%s is no folder that can be read".formatted(folder), e);
        }
    }

    /** What a restore leaves that was killed, and what a start leaves that failed. */
    private static boolean isLeftOver(Path folder, Path file) {
        return Unfinished.isOne(file) || EmbeddedPostgres.isBesideCluster(folder, file);
    }

    private static final String TABLES = """
            SELECT n.nspname || '.' || c.relname
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
            ORDER BY 1 LIMIT 1
            """;

    private static void demandEmpty(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(TABLES);
                ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                throw new OperatorError(("the database is not empty (%s is there): a backup is restored into a new one."
                                + " Make one with CREATE DATABASE and name that")
                        .formatted(row.getString(1)));
            }
        } catch (SQLException e) {
            throw new OperatorError("the database does not say what is in it: " + e.getMessage(), e);
        }
    }
}
