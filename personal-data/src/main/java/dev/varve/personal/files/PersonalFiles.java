package dev.varve.personal.files;

import dev.varve.personal.PersonalData;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps files of persons, addressed by their content, so that the same upload twice is one file.
 *
 * <p>Nothing is ever stored in the clear, and no file is held in memory as a whole. A file that is kept is whole and on
 * disk; one that is not leaves nothing that anybody could open.
 */
public interface PersonalFiles {

    /** Files in the folder of the settings. */
    static PersonalFiles in(PersonalFilesSettings settings, PersonalData personalData, Clock clock) {
        Path folder = settings.folder();
        if (folder == null) {
            throw new IllegalArgumentException("varve.personal-files.folder is not set");
        }
        return new FolderPersonalFiles(folder, settings.maxSize().toBytes(), personalData, clock);
    }

    /** Begins to take a file in; it belongs to nobody until it is kept. Close it in any case. */
    IncomingFile receive() throws IOException;

    /** A file to be read from any place; empty if there is none, or its person was erased. */
    Optional<SeekableByteChannel> open(String subject, String contentId) throws IOException;

    /** Removes one file; false if there is none. */
    boolean remove(String subject, String contentId) throws IOException;

    /** Removes all files of a person. */
    FileCount removeAll(String subject) throws IOException;

    /** Removes what began to come in longer ago than this and was never kept: its process died. */
    FileCount removeUnfinished(Duration olderThan) throws IOException;
}
