package dev.varve.app.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.varve.app.backup.BackupManifest.CheckedFile;
import dev.varve.app.operator.OperatorError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** The file {@value #FILE}, in the form of {@code sha256sum}: every other file of a backup, its manifest included. */
final class Checksums {

    static final String FILE = "SHA256SUMS";

    private static final int BUFFER = 1 << 17;
    private static final int LENGTH = 64;

    private Checksums() {}

    /** Writes it for files whose checksums are known, and for those beside them whose are not. */
    static void write(Path folder, List<CheckedFile> known, List<String> others) throws IOException {
        List<String> lines = new ArrayList<>();
        known.forEach(file -> lines.add(line(file.sha256(), file.name())));
        for (String name : others) {
            lines.add(line(of(folder.resolve(name), bytes -> {}), name));
        }
        Files.write(folder.resolve(FILE), lines, UTF_8);
    }

    private static String line(String sha256, String name) {
        return sha256 + "  " + name;
    }

    /**
     * Compares every file with it.
     *
     * @throws OperatorError naming the first file that differs, lacks or was added
     */
    static void compare(Path folder, LongConsumer progress) {
        Set<String> left = names(folder);
        long before = 0;
        for (String line : lines(folder)) {
            if (line.length() < LENGTH + 3) {
                throw damaged(folder, FILE, "has a line that is no checksum");
            }
            String name = line.substring(LENGTH + 2);
            Path file = folder.resolve(name);
            long done = before;
            try {
                if (!left.remove(name)) {
                    throw damaged(folder, name, "is not there");
                }
                if (!of(file, bytes -> progress.accept(done + bytes)).equals(line.substring(0, LENGTH))) {
                    throw damaged(folder, name, "is not what was written: its checksum differs");
                }
                before += Files.size(file);
            } catch (IOException e) {
                throw damaged(folder, name, "cannot be read (" + e + ")");
            }
        }
        if (!left.isEmpty()) {
            throw damaged(folder, left.iterator().next(), "does not belong to it");
        }
    }

    private static OperatorError damaged(Path folder, String name, String what) {
        return new OperatorError("the backup %s is damaged: %s %s. Nothing was restored; take another backup"
                .formatted(folder, name, what));
    }

    private static Set<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            Set<String> names = new TreeSet<>();
            files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(FILE))
                    .forEach(names::add);
            return names;
        } catch (IOException e) {
            throw new OperatorError(folder + " is no backup: it cannot be read", e);
        }
    }

    private static List<String> lines(Path folder) {
        try {
            return Files.readAllLines(folder.resolve(FILE), UTF_8);
        } catch (NoSuchFileException e) {
            throw new OperatorError("%s is no backup: it has no %s".formatted(folder, FILE), e);
        } catch (IOException e) {
            throw damaged(folder, FILE, "cannot be read (" + e + ")");
        }
    }

    static String of(Path file, LongConsumer progress) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER];
        long read = 0;
        try (InputStream input = Files.newInputStream(file)) {
            for (int n = input.read(buffer); n >= 0; n = input.read(buffer)) {
                digest.update(buffer, 0, n);
                read += n;
                progress.accept(read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Sees to it that a file, or the list of a folder's files, survives a power cut. */
    static void flush(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
