package dev.varve.eventstore.maintenance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is said of an archived partition, as JSON beside its data; there only when the data is complete.
 *
 * @param format {@value #FORMAT}
 * @param logId identity of the log it came from
 * @param from first position of the partition
 * @param to last position of the partition
 * @param events how many it holds
 * @param digest SHA-256, in hexadecimal, of the SHA-256 digests of its events, as {@code event_store.event_digest} makes them
 * @param data name of the file with the events, in the same folder: PostgreSQL's binary COPY, compressed with gzip
 */
public record ArchiveManifest(
        String format, String logId, long from, long to, long events, String digest, String data) {

    static final String FORMAT = "varve-log-archive/1";

    static String name(long from, long to) {
        return "log-%015d-%015d".formatted(from, to);
    }

    /**
     * Reads and checks one.
     *
     * @throws ArchiveRefused if the file is not there or something else
     */
    public static ArchiveManifest read(Path file) throws IOException {
        try {
            ArchiveManifest manifest = JsonMapper.shared().readValue(Files.readAllBytes(file), ArchiveManifest.class);
            if (!FORMAT.equals(manifest.format())) {
                throw new ArchiveRefused(file + " is not a " + FORMAT);
            }
            return manifest;
        } catch (NoSuchFileException e) {
            throw new ArchiveRefused("there is no file " + file, e);
        } catch (JacksonException e) {
            throw new ArchiveRefused(file + " is not the manifest (.json) of an archive", e);
        }
    }

    /** Appears whole or not at all. */
    void write(Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
