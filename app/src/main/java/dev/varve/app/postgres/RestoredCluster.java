package dev.varve.app.postgres;

import dev.varve.app.operator.OperatorError;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * Makes a cluster of a base backup, beside its place, so that one that was interrupted is never taken for a whole one.
 *
 * <p>PostgreSQL recovers it in a single process that nobody can connect to, and there it gets a password of its own: the
 * old one is in no backup.
 */
final class RestoredCluster {

    private RestoredCluster() {}

    static void make(DataDirectory directory, PostgresPrograms programs, String user, Path baseTar, boolean durable)
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

    /** Folders are filled side by side: making a file takes longer than filling it, and two wait for each other in one. */
    private static void unpack(Path baseTar, Path into) throws IOException {
        Map<Path, List<TarArchiveEntry>> files = new LinkedHashMap<>();
        try (TarFile tar = new TarFile(baseTar);
                FileChannel content = FileChannel.open(baseTar, StandardOpenOption.READ);
                ExecutorService threads =
                        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                Path target = into.resolve(entry.getName()).normalize();
                if (!target.startsWith(into) || entry.isLink() || entry.isSymbolicLink()) {
                    throw new OperatorError(
                            "the backup holds %s, which no cluster of ours has: is it one?".formatted(entry.getName()));
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    files.computeIfAbsent(target.getParent(), folder -> new ArrayList<>())
                            .add(entry);
                }
            }
            List<Future<?>> filled = new ArrayList<>();
            for (Map.Entry<Path, List<TarArchiveEntry>> folder : files.entrySet()) {
                Files.createDirectories(folder.getKey());
                filled.add(threads.submit(() -> {
                    for (TarArchiveEntry entry : folder.getValue()) {
                        copy(content, entry, into.resolve(entry.getName()).normalize());
                    }
                    return null;
                }));
            }
            for (Future<?> one : filled) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorError("interrupted while a backup was brought back", e);
        }
    }

    private static void copy(FileChannel tar, TarArchiveEntry entry, Path target) throws IOException {
        try (FileChannel file = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long copied = 0;
            while (copied < entry.getSize()) {
                long more = tar.transferTo(entry.getDataOffset() + copied, entry.getSize() - copied, file);
                if (more <= 0) {
                    throw new EOFException("the backup ends within " + entry.getName());
                }
                copied += more;
            }
        }
    }
}
