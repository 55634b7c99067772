package dev.varve.personal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Files that are there whole and on disk, or not at all, also after a crash; readable to their owner only. */
public final class DurableFiles {

    private static final String UNFINISHED = ".unfinished-";

    private DurableFiles() {}

    /** Creates a file; whoever comes second keeps the first one's, and hears of it: false. */
    static boolean createOnce(Path file, byte[] content) throws IOException {
        Files.createDirectories(folderOf(file));
        Path unfinished = written(file, content);
        try {
            Files.createLink(file, unfinished);
            force(folderOf(file));
            return true;
        } catch (FileAlreadyExistsException e) {
            // Another thread or node was faster; its file is the one.
            return false;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    static void replace(Path file, byte[] content) throws IOException {
        Path unfinished = written(file, content);
        try {
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        force(folderOf(file));
    }

    /** Writes a directory's entries to disk. */
    public static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The folder that a file is in. */
    public static Path folderOf(Path file) {
        return Objects.requireNonNull(file.getParent(), "a file in a folder has a folder");
    }

    private static Path written(Path file, byte[] content) throws IOException {
        Path unfinished = Files.createTempFile(folderOf(file), UNFINISHED, "");
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return unfinished;
    }
}
