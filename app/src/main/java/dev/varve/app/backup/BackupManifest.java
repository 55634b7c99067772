package dev.varve.app.backup;

import dev.varve.app.operator.OperatorError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a backup is, as {@value #FILE} in its folder says it. What it says of the log was read from the backup itself,
 * brought back to life beside, and not from the database that it was taken of.
 *
 * @param format of this file
 * @param form what PostgreSQL made it with
 * @param takenAt when it was begun
 * @param verifiedAt when it had been brought back and its log was found whole
 * @param varve version of the program that took it, if it was built as a release
 * @param postgres version of the PostgreSQL that it was taken from
 * @param identity of the log, from {@code event_store.identity}; null if the schema was not there
 * @param log what was verified; null if the schema was not there
 * @param schemas each of ours with its version
 * @param files every other file of the folder
 */
public record BackupManifest(
        int format,
        Form form,
        Instant takenAt,
        Instant verifiedAt,
        @Nullable String varve,
        String postgres,
        @Nullable String identity,
        @Nullable LogContent log,
        SortedMap<String, Integer> schemas,
        List<CheckedFile> files) {

    static final String FILE = "varve-backup.json";
    static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    public BackupManifest {
        schemas = new TreeMap<>(schemas);
        files = List.copyOf(files);
    }

    /** How the database was copied. */
    public enum Form {
        /** The files of the cluster, as {@code pg_basebackup --format=tar --wal-method=fetch} makes them. */
        PHYSICAL,
        /** The database in words, as {@code pg_dump --format=custom} makes it. */
        LOGICAL
    }

    /**
     * The log in the backup.
     *
     * @param position the last one; the backup holds exactly what had happened up to it
     * @param from the first one; later than 1 if older events were archived
     * @param digest as {@code log verify} tells it
     * @param messages in the outbox
     */
    public record LogContent(long position, long from, long events, String digest, long messages) {}

    /** A file of the backup. */
    public record CheckedFile(String name, long bytes, String sha256) {}

    /** Reads the one in a folder. */
    static BackupManifest read(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            BackupManifest manifest = JSON.readValue(Files.readAllBytes(file), BackupManifest.class);
            if (manifest.format() != FORMAT) {
                throw new OperatorError("%s has format %d, and this Varve reads %d: use the release that took it"
                        .formatted(file, manifest.format(), FORMAT));
            }
            return manifest;
        } catch (IOException e) {
            throw new OperatorError(folder + " is no backup: " + file + " cannot be read", e);
        } catch (JacksonException e) {
            throw new OperatorError(file + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    byte[] bytes() {
        return JSON.writeValueAsBytes(this);
    }

    /** Bytes, without this manifest. */
    public long sizeOfFiles() {
        return files.stream().mapToLong(CheckedFile::bytes).sum();
    }
}
