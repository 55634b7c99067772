package dev.varve.app.backup;

import dev.varve.app.backup.BackupManifest.CheckedFile;
import dev.varve.app.backup.BackupManifest.Form;
import dev.varve.app.backup.BackupProgress.Step;
import dev.varve.app.database.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** A database that others run: {@code pg_dump}, because its cluster may hold more than ours, on a machine of its own. */
final class LogicalCopy implements DatabaseCopy {

    private static final String DUMP = "varve.dump";

    @Override
    public Form form() {
        return Form.LOGICAL;
    }

    @Override
    public void write(Database database, Path newFolder, BackupProgress progress) throws IOException {
        PostgresClient client = PostgresClient.forServer(major(database.dataSource()));
        Files.createDirectory(newFolder);
        Path dump = newFolder.resolve(DUMP);
        client.dump(database, dump);
        Checksums.flush(dump);
        progress.reached(Step.COPY, Files.size(dump), Files.size(dump));
    }

    private static int major(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            return connection.getMetaData().getDatabaseMajorVersion();
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not say its version", e);
        }
    }

    @Override
    public List<CheckedFile> bringBack(Path copy, Path dataDirectory, boolean durable, BackupProgress progress)
            throws IOException {
        Path dump = copy.resolve(DUMP);
        long size = Files.size(dump);
        try (Database database = Database.embedded(dataDirectory)) {
            // Whom the old server let in has no meaning in a cluster that only we use.
            client().restore(database, dump, List.of("--no-privileges", "--single-transaction"));
        }
        return List.of(new CheckedFile(
                DUMP, size, Checksums.of(dump, done -> progress.reached(Step.RESTORE, done, size))));
    }

    /** Brings a copy into a database that others run, wholly or not at all. */
    void bringBack(Path copy, Database database) throws IOException {
        client().restore(database, copy.resolve(DUMP), List.of("--single-transaction"));
    }

    private static PostgresClient client() {
        return PostgresClient.forServer(0);
    }
}
