package dev.varve.personal.files;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where files of persons are, such as audio. Read at start.
 *
 * @param folder all nodes share it; back it up with the database. With the embedded PostgreSQL {@code files} in the data
 *     directory unless given; must be given with a database of your own
 * @param maxSize the largest file that is accepted. A file costs a mebibyte of memory while it comes in, whatever its size
 * @param unfinishedAfter how long a file may take to come in, before what is there is removed as that of a process that died
 */
// The folder is null until the settings are checked as a whole, which then demand it.
@SuppressWarnings("MultipleNullnessAnnotations")
@ConfigurationProperties(prefix = "varve.personal-files", ignoreUnknownFields = false)
public record PersonalFilesSettings(
        @NotNull(message = "must be given with a database of your own: the one folder of all its nodes") @Nullable Path folder,

        @DefaultValue("256MB") DataSize maxSize,
        @DefaultValue("24h") Duration unfinishedAfter) {

    private static final long LARGEST = DataSize.ofTerabytes(1).toBytes();

    public PersonalFilesSettings {
        if (maxSize.toBytes() < 1 || maxSize.toBytes() > LARGEST) {
            throw new IllegalArgumentException(
                    "varve.personal-files.max-size is %s, and must be 1B to 1TB".formatted(maxSize));
        }
        if (unfinishedAfter.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException(
                    "varve.personal-files.unfinished-after is %s, and must be at least 1m".formatted(unfinishedAfter));
        }
    }

    /** The same with a folder, if none was given. */
    public PersonalFilesSettings orFolder(@Nullable Path other) {
        return folder == null ? new PersonalFilesSettings(other, maxSize, unfinishedAfter) : this;
    }
}
