package dev.varve.personal.files;

import dev.varve.personal.DurableFiles;
import dev.varve.personal.ErasedSubjectException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Seals what comes in under a key that only this process has, until the header makes it a person's. */
final class IncomingFolderFile extends IncomingFile {

    private static final int HEAD_BYTES = 64;

    private final FolderPersonalFiles files;
    private final Path unfinished;
    private final long limit;
    private final byte[] key = SealedForm.newKey();
    private final MessageDigest digest = sha256();
    private final byte[] head = new byte[HEAD_BYTES];
    private final FileChannel channel;
    private final OutputStream sealing;
    private long size;
    private byte @Nullable [] sum;

    IncomingFolderFile(FolderPersonalFiles files, Path unfinished, long limit) throws IOException {
        this.files = files;
        this.unfinished = unfinished;
        this.limit = limit;
        this.channel = FileChannel.open(unfinished, StandardOpenOption.WRITE);
        try {
            channel.position(SealedForm.HEADER_BYTES);
            this.sealing = SealedForm.sealing(key)
                    .newEncryptingStream(new NotClosing(Channels.newOutputStream(channel)), SealedForm.purpose());
        } catch (GeneralSecurityException e) {
            channel.close();
            throw new IOException("a file cannot be sealed", e);
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (size + length > limit) {
            throw new FileTooLargeException(limit);
        }
        sealing.write(bytes, offset, length);
        digest.update(bytes, offset, length);
        if (size < HEAD_BYTES) {
            System.arraycopy(bytes, offset, head, (int) size, Math.min(length, HEAD_BYTES - (int) size));
        }
        size += length;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public byte[] head() {
        return Arrays.copyOf(head, (int) Math.min(size, HEAD_BYTES));
    }

    @Override
    public String contentId(String subject) {
        if (sum == null) {
            sum = digest.digest();
        }
        return files.personalData().contentId(subject, sum);
    }

    @Override
    public StoredFile keep(String subject) throws IOException {
        sealing.close();
        ByteBuffer header = SealedForm.header(files.sealed(subject, key));
        while (header.hasRemaining()) {
            channel.write(header, header.position());
        }
        channel.force(true);
        String contentId = contentId(subject);
        Path place = files.place(subject, contentId);
        Path folder = DurableFiles.folderOf(place);
        Files.createDirectories(folder);
        Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.force(folder);
        DurableFiles.force(DurableFiles.folderOf(folder));
        DurableFiles.force(DurableFiles.folderOf(DurableFiles.folderOf(folder)));
        if (files.personalData().erased(subject)) {
            // Erased while it came in: nobody can open it, and it must not stay.
            files.removeAll(subject);
            throw new ErasedSubjectException(subject);
        }
        return new StoredFile(contentId, size);
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(unfinished);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The sealing stream ends with its last segment; the channel below is still needed for the header. */
    private static final class NotClosing extends OutputStream {

        private final OutputStream below;

        NotClosing(OutputStream below) {
            this.below = below;
        }

        @Override
        public void write(int one) throws IOException {
            below.write(one);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            below.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            below.flush();
        }
    }
}
