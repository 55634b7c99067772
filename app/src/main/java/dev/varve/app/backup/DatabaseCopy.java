package dev.varve.app.backup;

import dev.varve.app.backup.BackupManifest.CheckedFile;
import dev.varve.app.backup.BackupManifest.Form;
import dev.varve.app.database.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One of PostgreSQL's own ways to copy a database while it is written to. */
sealed interface DatabaseCopy permits PhysicalCopy, LogicalCopy {

    Form form();

    /** Copies the database, as it is at one moment, into a folder that is not there yet. */
    void write(Database database, Path newFolder, BackupProgress progress) throws IOException;

    /**
     * Makes a data directory of a copy. Nobody runs there afterwards.
     *
     * @param durable false where the directory is thrown away soon
     * @return the files of the copy, with the checksums of what was read
     */
    List<CheckedFile> bringBack(Path copy, Path dataDirectory, boolean durable, BackupProgress progress)
            throws IOException;

    static DatabaseCopy of(Form form) {
        return switch (form) {
            case PHYSICAL -> new PhysicalCopy();
            case LOGICAL -> new LogicalCopy();
        };
    }
}
