package dev.varve.app.backup;

import dev.varve.app.operator.OperatorError;
import dev.varve.app.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where something is made before it gets its name: a hidden folder beside, on the same file system.
 *
 * <p>A lock that ends with its process tells what is being made from what a killed process left; that is removed by the
 * next one, with the PostgreSQL that may still run in it.
 */
final class Unfinished implements AutoCloseable {

    private static final String PREFIX = ".unfinished-";
    private static final String STARTING = ".starting-";
    private static final int MOST_NAMESAKES = 1_000;

    private final Path root;
    private final FileChannel lock;

    private Unfinished(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /** Begins one in a folder, which is made if need be, and removes what others left there. */
    static Unfinished begin(Path parent) {
        try {
            Files.createDirectories(parent);
            sweep(parent);
            String name = UUID.randomUUID().toString();
            Path starting = parent.resolve(STARTING + name);
            Files.createDirectory(
                    starting, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel lock =
                    FileChannel.open(lockFile(starting), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = lock.lock();
            assert held.isValid();
            // Only now can it be found, and it is locked.
            Path root = Files.move(starting, parent.resolve(PREFIX + name), StandardCopyOption.ATOMIC_MOVE);
            return new Unfinished(root, lock);
        } catch (IOException e) {
            throw new OperatorError("cannot write into %s: %s".formatted(parent, reason(e)), e);
        }
    }

    static String reason(IOException e) {
        @Nullable String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return e.getClass().getSimpleName() + (reason == null ? "" : " (" + reason + ")");
    }

    private static Path lockFile(Path root) {
        return root.resolve("lock");
    }

    private static void sweep(Path parent) throws IOException {
        List<Path> left;
        try (Stream<Path> files = Files.list(parent)) {
            left = files.filter(file -> file.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
        for (Path root : left) {
            if (isLeft(root)) {
                discard(root);
            }
        }
    }

    /** Whether a folder is one of these, by its name. */
    static boolean isOne(Path folder) {
        String name = folder.getFileName().toString();
        return name.startsWith(PREFIX) || name.startsWith(STARTING);
    }

    private static boolean isLeft(Path root) throws IOException {
        if (!Files.exists(lockFile(root))) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(lockFile(root), StandardOpenOption.WRITE);
                @Nullable FileLock free = channel.tryLock()) {
            return free != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static void discard(Path root) {
        EmbeddedPostgres.discard(scratch(root));
        EmbeddedPostgres.discard(root);
    }

    /** What is to get a name. Not made yet. */
    Path content() {
        return root.resolve("content");
    }

    /** A data directory to be thrown away. Not made yet. */
    Path scratch() {
        return scratch(root);
    }

    private static Path scratch(Path root) {
        return root.resolve("scratch");
    }

    /** Gives the content a name that nothing has yet, in one step: the one that is asked for, or that with a number. */
    Path finish(Path parent, String name) throws IOException {
        for (int n = 1; n <= MOST_NAMESAKES; n++) {
            Path named = parent.resolve(n == 1 ? name : name + "-" + n);
            if (Files.exists(named)) {
                continue;
            }
            try {
                Files.move(content(), named, StandardCopyOption.ATOMIC_MOVE);
                Checksums.flush(parent);
                return named;
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
                // Another process took the name in this moment; it is never an empty folder, so nothing was replaced.
            }
        }
        throw new OperatorError("there are %d things named %s in %s".formatted(MOST_NAMESAKES, name, parent));
    }

    @Override
    public void close() {
        discard(root);
        try {
            lock.close();
        } catch (IOException e) {
            throw new OperatorError("cannot leave " + root, e);
        }
    }
}
