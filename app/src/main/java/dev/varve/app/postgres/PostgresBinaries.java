package dev.varve.app.postgres;

import dev.varve.app.operator.OperatorError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The programs of PostgreSQL, unpacked once from the archive on the class path and kept in a cache.
 *
 * <p>They are unpacked beside their place and moved there in one step, so that processes that come at the same time, or
 * one that is killed meanwhile, leave either nothing or everything.
 */
final class PostgresBinaries {

    /** The major version of the archive; a data directory of another one is refused. */
    static final String MAJOR_VERSION = "18";

    private final Path home;

    private PostgresBinaries(Path home) {
        this.home = home;
    }

    /**
     * Finds the programs in a cache, or unpacks them into the first one that can be written.
     *
     * @param fallback a folder to use when neither {@code VARVE_CACHE_DIR} nor the user's cache folder can be written
     */
    static PostgresBinaries unpacked(Path fallback) {
        URL archive = archive();
        String name = "postgres-%s-%s".formatted(MAJOR_VERSION, Long.toHexString(size(archive)));
        @Nullable IOException refused = null;
        for (Path cache : caches(fallback)) {
            Path home = cache.resolve(name);
            try {
                if (!Files.isDirectory(home)) {
                    unpack(archive, cache, home);
                }
                return new PostgresBinaries(home);
            } catch (IOException e) {
                refused = e;
            }
        }
        throw new OperatorError("cannot unpack PostgreSQL into any of " + caches(fallback), refused);
    }

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    private static List<Path> caches(Path fallback) {
        List<Path> caches = new ArrayList<>();
        addIfSet(caches, System.getenv("VARVE_CACHE_DIR"), "");
        addIfSet(caches, System.getenv("XDG_CACHE_HOME"), "varve");
        addIfSet(caches, System.getProperty("user.home"), ".cache/varve");
        caches.add(fallback);
        return caches;
    }

    private static void addIfSet(List<Path> caches, @Nullable String folder, String below) {
        if (folder != null && Path.of(folder).isAbsolute()) {
            caches.add(Path.of(folder).resolve(below).normalize());
        }
    }

    private static URL archive() {
        String name = "/postgres-%s-%s.txz".formatted(operatingSystem(), architecture());
        @Nullable URL archive = PostgresBinaries.class.getResource(name);
        if (archive == null) {
            throw new OperatorError("Varve brings no PostgreSQL for this machine (" + name.substring(1)
                    + " is not in the build): start one yourself and name it with --database-url");
        }
        return archive;
    }

    private static String operatingSystem() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name;
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            case String other -> other;
        };
    }

    private static long size(URL archive) {
        try {
            URLConnection connection = archive.openConnection();
            connection.setUseCaches(false);
            long size = connection.getContentLengthLong();
            connection.getInputStream().close();
            return size;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + archive, e);
        }
    }

    private static void unpack(URL archive, Path cache, Path home) throws IOException {
        Files.createDirectories(cache);
        Path unfinished = Files.createTempDirectory(cache, ".unpacking-");
        try {
            try (InputStream raw = archive.openStream();
                    TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(raw))) {
                extract(tar, unfinished);
            }
            Files.move(unfinished, home);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException | AtomicMoveNotSupportedException e) {
            // Another process was faster; its copy is the same.
            if (!Files.isDirectory(home)) {
                throw e;
            }
        } finally {
            Trees.delete(unfinished);
        }
    }

    private static void extract(TarArchiveInputStream tar, Path into) throws IOException {
        @Nullable TarArchiveEntry entry;
        while ((entry = tar.getNextEntry()) != null) {
            Path target = into.resolve(entry.getName()).normalize();
            if (!target.startsWith(into)) {
                throw new IOException("the archive names a file outside of itself: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(target);
                continue;
            }
            Files.createDirectories(target.getParent());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else if (entry.isLink()) {
                Files.createLink(target, into.resolve(entry.getLinkName()).normalize());
            } else {
                Files.copy(tar, target);
                Files.setPosixFilePermissions(target, permissions(entry.getMode()));
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.OTHERS_READ);
        if ((mode & 0b001_000_000) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        return permissions;
    }
}
