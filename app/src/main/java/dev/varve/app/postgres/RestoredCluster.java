package dev.varve.app.postgres;

import dev.varve.app.operator.OperatorError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a cluster of a base backup, beside its place, so that one that was interrupted is never taken for a whole one.
 *
 * <p>PostgreSQL recovers it in a single process that nobody can connect to, and there it gets a password of its own: the
 * old one is in no backup.
 */
final class RestoredCluster {

    private RestoredCluster() {}

    static void make(
            DataDirectory directory, PostgresPrograms programs, String user, InputStream baseTar, boolean durable)
            throws IOException {
        Path unfinished = directory.unfinishedCluster();
        Trees.delete(unfinished);
        Files.createDirectory(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        unpack(baseTar, unfinished);
        demandVersion(unfinished);
        directory.writeNewPassword();
        programs.recover(unfinished, "ALTER ROLE \"%s\" PASSWORD '%s'".formatted(user, directory.password()), durable);
        Files.move(unfinished, directory.cluster(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void demandVersion(Path cluster) throws IOException {
        Path file = cluster.resolve("PG_VERSION");
        String version = Files.exists(file) ? Files.readString(file).strip() : "none";
        if (!version.equals(PostgresBinaries.MAJOR_VERSION)) {
            throw new OperatorError("the backup was written by PostgreSQL %s, and this Varve brings PostgreSQL %s"
                    .formatted(version, PostgresBinaries.MAJOR_VERSION));
        }
    }

    private static void unpack(InputStream baseTar, Path into) throws IOException {
        // Not closed: the caller goes on to the end of the file for its checksum.
        TarArchiveInputStream tar = new TarArchiveInputStream(baseTar);
        Set<Path> folders = new HashSet<>();
        @Nullable TarArchiveEntry entry;
        while ((entry = tar.getNextEntry()) != null) {
            Path target = into.resolve(entry.getName()).normalize();
            if (!target.startsWith(into) || entry.isLink() || entry.isSymbolicLink()) {
                throw new OperatorError(
                        "the backup holds %s, which no cluster of ours has: is it one?".formatted(entry.getName()));
            }
            Path folder = entry.isDirectory() ? target : target.getParent();
            if (folders.add(folder)) {
                Files.createDirectories(folder);
            }
            if (!entry.isDirectory()) {
                Files.copy(tar, target);
            }
        }
    }
}
