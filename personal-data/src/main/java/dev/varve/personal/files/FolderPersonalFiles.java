package dev.varve.personal.files;

import dev.varve.events.PersonalText;
import dev.varve.personal.PersonalData;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Files in a folder that all nodes share: {@code ab/<subject>/<content id>}, so that all files of a person are found
 * without a list, and {@code unfinished/} for what is on its way in.
 */
final class FolderPersonalFiles implements PersonalFiles {

    private static final Pattern SUBJECT = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern CONTENT = Pattern.compile("[0-9a-f]{64}");

    private final Path folder;
    private final long limit;
    private final PersonalData personalData;
    private final Clock clock;

    FolderPersonalFiles(Path folder, long limit, PersonalData personalData, Clock clock) {
        this.folder = folder;
        this.limit = limit;
        this.personalData = personalData;
        this.clock = clock;
    }

    @Override
    public IncomingFile receive() throws IOException {
        Path unfinished = unfinished();
        Files.createDirectories(unfinished);
        return new IncomingFolderFile(this, Files.createTempFile(unfinished, "file-", ""), limit);
    }

    @Override
    public Optional<SeekableByteChannel> open(String subject, String contentId) throws IOException {
        SeekableByteChannel file;
        try {
            file = Files.newByteChannel(place(subject, contentId));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        SeekableByteChannel opened = null;
        try {
            Optional<String> key = SealedForm.sealedKey(file, subject).flatMap(personalData::open);
            if (key.isPresent()) {
                opened = SealedForm.opened(file, key.get());
            }
            return Optional.ofNullable(opened);
        } finally {
            if (opened == null) {
                file.close();
            }
        }
    }

    @Override
    public boolean remove(String subject, String contentId) throws IOException {
        return Files.deleteIfExists(place(subject, contentId));
    }

    @Override
    public FileCount removeAll(String subject) throws IOException {
        Path theirs = folderOf(subject);
        FileCount removed = removeFrom(theirs, Instant.MAX);
        try {
            Files.deleteIfExists(theirs);
        } catch (DirectoryNotEmptyException e) {
            // One more comes in; whoever keeps it sees that its person is erased, and removes it.
        }
        return removed;
    }

    @Override
    public FileCount removeUnfinished(Duration olderThan) throws IOException {
        return removeFrom(unfinished(), clock.instant().minus(olderThan));
    }

    PersonalData personalData() {
        return personalData;
    }

    Path place(String subject, String contentId) {
        if (!CONTENT.matcher(contentId).matches()) {
            throw new IllegalArgumentException("a content id is 64 hexadecimal digits");
        }
        return folderOf(subject).resolve(contentId);
    }

    private Path folderOf(String subject) {
        if (!SUBJECT.matcher(subject).matches()) {
            throw new IllegalArgumentException("a subject is 32 hexadecimal digits");
        }
        return folder.resolve(subject.substring(0, 2)).resolve(subject);
    }

    private Path unfinished() {
        return folder.resolve("unfinished");
    }

    private static FileCount removeFrom(Path folder, Instant before) throws IOException {
        FileCount removed = FileCount.NONE;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                removed = remove(file, before, removed);
            }
        } catch (NoSuchFileException e) {
            // Nothing was ever kept for them.
        }
        return removed;
    }

    private static FileCount remove(Path file, Instant before, FileCount removed) throws IOException {
        try {
            long size = Files.size(file);
            boolean old = Files.getLastModifiedTime(file).toInstant().isBefore(before);
            return old && Files.deleteIfExists(file) ? removed.plus(size) : removed;
        } catch (NoSuchFileException e) {
            // Another node was faster.
            return removed;
        }
    }

    /** Seals a file's own key as its person's. */
    PersonalText sealed(String subject, byte[] key) {
        return personalData.seal(subject, SealedForm.text(key));
    }
}
